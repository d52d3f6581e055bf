import { finderOf } from '../common/secrets/known-values.ts';
import { type Problem, withoutSecrets, wordsOf } from './problem.ts';
import type { Source } from './source.ts';
import { isAboutName } from './variable-problems.ts';
import { secretsOfFile, secretsToHide, veiled } from './veil.ts';

/** Texts by the absolute path of their file. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Problems and the texts they are shown in, without the files' secrets; `others` are texts that have none. Where there is
 * nothing to tell, no text is shown either: to look for secrets costs more than to read a file.
 */
export function shown(sources: readonly Source[], problems: readonly Problem[], others: Sources) {
  if (problems.length === 0) return { problems, sources: others };
  const words = problems.map(wordsOf).join('\n');
  const texts = new Map<string, string>();
  const hidden: string[] = [];
  for (const source of sources) {
    if (texts.has(source.file)) continue;
    const parts = secretsOfFile(source);
    const own = problems.filter(({ file }) => file === source.file);
    const text = veiled(source, parts, own.filter(isAboutName));
    texts.set(source.file, text);
    hidden.push(...secretsToHide(source, parts, text, words));
  }
  const hiddenIn = finderOf(hidden);
  return {
    problems: problems.map((problem) => withoutSecrets(problem, hiddenIn(wordsOf(problem)))),
    sources: new Map([...texts, ...others]),
  };
}
