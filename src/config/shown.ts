import { type Problem, withoutSecrets } from './problem.ts';
import type { Source } from './source.ts';
import { isAboutName } from './variable-problems.ts';
import { secretsOfFile, secretsToHide, veiled } from './veil.ts';

/** Texts by the absolute path of their file. */
export type Sources = ReadonlyMap<string, string>;

/** Problems and the texts they are shown in, without the files' secrets; `others` are texts that have none. */
export function shown(sources: readonly Source[], problems: readonly Problem[], others: Sources) {
  const texts = new Map<string, string>();
  const hidden: string[] = [];
  for (const source of sources) {
    if (texts.has(source.file)) continue;
    const parts = secretsOfFile(source);
    const own = problems.filter(({ file }) => file === source.file);
    const text = veiled(source, parts, own.filter(isAboutName));
    texts.set(source.file, text);
    hidden.push(...secretsToHide(source, parts, text));
  }
  return {
    problems: problems.map((problem) => withoutSecrets(problem, hidden)),
    sources: new Map([...texts, ...others]),
  };
}
