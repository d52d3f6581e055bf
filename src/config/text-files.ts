import { DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { readRegularFile, sizeText, UnfitFile } from '../common/regular-file.ts';
import { type Problem, problemAt } from './problem.ts';
import { makeSource, type Source } from './source.ts';

/** No file of variables that a person writes is larger. */
const SMALL_BYTES = 1024 ** 2;

/** Nor is a file of services, even one that a program has made. */
export const LARGE_BYTES = 12 * 1024 ** 2;

/** What all reads of one loading come to, repetitions included: each becomes variables of its own. */
const TOTAL_LIMIT_BYTES = 16 * 1024 ** 2;

/** A file's text, and what is wrong with its encoding. */
export interface TextFile {
  readonly source: Source;
  readonly problems: readonly Problem[];
}

/** Reads the text files of one loading, each from the disk once. */
export class TextFiles {
  readonly #signal: AbortSignal | undefined;
  readonly #texts = new Map<string, TextFile | undefined>();
  readonly #noted = new Set<string>();
  #totalBytes = 0;

  /** `signal` ends reading. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * Takes a text for the content of standard input, a file that lies nowhere. Paths in it start from `directory`.
   * Errors: `config-not-found` for more than 12 MiB.
   */
  give(file: string, text: string, directory: string): void {
    if (Buffer.byteLength(text) > LARGE_BYTES) {
      throw new DevenvError({
        code: 'config-not-found',
        message: `standard input is larger than ${sizeText(LARGE_BYTES)}`,
        hint: 'is it the file that was meant?',
        owner: 'user',
      });
    }
    const source = makeSource(file, text, directory);
    this.#texts.set(file, { source, problems: encodingProblems(source) });
  }

  /** Notes a file that matters although nobody reads it here, or that may come into being. */
  note(file: string): void {
    this.#noted.add(file);
  }

  /** Absolute paths of all files that were asked for, there or not, and of those that were noted. */
  get files(): readonly string[] {
    return [...new Set([...this.#texts.keys(), ...this.#noted])];
  }

  /**
   * A regular file, which must be UTF-8 and of at most `limitBytes`, by default 1 MiB; undefined when there is none.
   * Errors: `config-not-found` when it cannot be read, with the reason; also when all reads together pass 16 MiB.
   */
  async read(file: string, limitBytes = SMALL_BYTES): Promise<TextFile | undefined> {
    const text = this.#texts.has(file)
      ? this.#texts.get(file)
      : await readText(file, limitBytes, this.#signal);
    this.#texts.set(file, text);
    this.#totalBytes += text?.source.text.length ?? 0;
    if (this.#totalBytes <= TOTAL_LIMIT_BYTES) return text;
    throw new DevenvError({
      code: 'config-not-found',
      message: `${file} is one file too many: together, repetitions included, they hold more than ${sizeText(TOTAL_LIMIT_BYTES)}`,
      hint: 'name fewer env files, or smaller ones',
      owner: 'user',
    });
  }
}

async function readText(
  file: string,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<TextFile | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, limitBytes, signal);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (error instanceof DevenvError) throw error;
    const hint = error instanceof UnfitFile ? error.hint : hintOf(systemCode(error));
    throw new DevenvError({
      code: 'config-not-found',
      message: `${file} cannot be read: ${messageOf(error)}`,
      ...(hint === undefined ? {} : { hint }),
      owner: 'user',
      cause: error,
    });
  }
  const wide = wideText(bytes);
  const source = makeSource(file, wide ?? bytes.toString('utf8'));
  return { source, problems: wide === undefined ? encodingProblems(source) : [wideProblem(source)] };
}

function hintOf(code: string | undefined): string | undefined {
  return code === 'EACCES' ? 'give yourself permission to read it' : undefined;
}

/** The text of a file in UTF-16, which some editors and shells of Windows write; undefined where it is in something else. */
function wideText(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes;
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && third === 0);
  const isLittle = (first === 0xff && second === 0xfe) || (second === 0 && first !== 0 && fourth === 0);
  if (!isBig && !isLittle) return undefined;
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return (isBig ? whole.swap16() : whole).toString('utf16le');
}

function wideProblem(source: Source): Problem {
  return problemAt({ source, start: 0, end: 0 }, [], {
    code: 'encoding',
    message: 'the file is in UTF-16, not in UTF-8',
    hint: 'save it as UTF-8; PowerShell does so with `Set-Content -Encoding utf8`',
  });
}

function encodingProblems(source: Source): readonly Problem[] {
  const at = source.text.search(/[\uFFFD\0]/);
  if (at < 0) return [];
  const span = { source, start: at, end: at + 1 };
  const isZero = source.text[at] === '\0';
  const message = isZero ? 'the file holds a zero byte, which no text has' : 'the file is not UTF-8 text';
  const hint = isZero ? 'remove it; is it the file that was meant?' : 'save it as UTF-8';
  return [problemAt(span, [], { code: 'encoding', message, hint })];
}
