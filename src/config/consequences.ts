import type { Problem } from './problem.ts';

/** Names that a misspelt key of the top level would have declared, by what is said of those that miss them. */
const DECLARED_BY: Readonly<Record<string, string>> = {
  'undeclared-volume': 'volumes',
  'unknown-service': 'services',
};

/**
 * The problems of a file's meaning that are more than the consequence of one of its shape: a misspelt key is not missed
 * as well, nor does what it would have said, and where nobody knows the type of something, nothing fits it.
 */
export function withoutConsequences(shape: readonly Problem[], meaning: readonly Problem[]): Problem[] {
  const misspelt = shape.filter(({ code, label }) => code === 'unknown-key' && label !== undefined);
  const incomplete = new Set(misspelt.map(({ path }) => above(path)));
  const untyped = new Set(
    shape
      .filter(({ code, path }) => code === 'unknown-value' && path.endsWith('.type'))
      .map(({ path }) => above(path)),
  );
  const topLevel = misspelt.filter(({ path }) => above(path) === '');
  const isUndeclared = ({ code }: Problem) =>
    topLevel.some(({ label }) => label?.includes(`"${DECLARED_BY[code]}"`));
  return meaning.filter((problem) => {
    if (incomplete.has(problem.path) || isUndeclared(problem)) return false;
    return !untyped.has(above(problem.path));
  });
}

/** The path of what holds a key. */
function above(path: string): string {
  return path.replace(/(\.[^.[\]]+|\[[^[\]]*\]|^[^.[\]]+)$/, '');
}
