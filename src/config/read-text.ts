import { readFileSync } from 'node:fs';
import { DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { type Problem, problemAt } from './problem.ts';
import { makeSource, type Source } from './source.ts';

/** A file's text, and what is wrong with its encoding. */
export interface TextFile {
  readonly source: Source;
  readonly problems: readonly Problem[];
}

/**
 * Reads a text file, which must be UTF-8; undefined when there is none.
 * Errors: `config-not-found` when it cannot be read, with the system's reason.
 */
export function readText(file: string): TextFile | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    const hint = systemCode(error) === 'EACCES' ? 'give yourself permission to read it' : undefined;
    throw new DevenvError({
      code: 'config-not-found',
      message: `${file} cannot be read: ${messageOf(error)}`,
      ...(hint === undefined ? {} : { hint }),
      owner: 'user',
      cause: error,
    });
  }
  const source = makeSource(file, bytes.toString('utf8'));
  return { source, problems: encodingProblems(source) };
}

function encodingProblems(source: Source): readonly Problem[] {
  const at = source.text.search(/[\uFFFD\0]/);
  if (at < 0) return [];
  const span = { source, start: at, end: at + 1 };
  const hint = 'save it as UTF-8';
  return [problemAt(span, [], { code: 'encoding', message: 'the file is not UTF-8 text', hint })];
}
