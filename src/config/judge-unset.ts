import { PLAIN_DOLLAR } from './interpolate-tree.ts';
import { type Problem, pathText } from './problem.ts';
import { type FailedVariable, variableProblems } from './variable-problems.ts';
import type { Variables } from './variables.ts';

/** Variables of one file that are not set and stand for nothing, and those it may use. */
export interface UnsetVariables {
  readonly unset: readonly FailedVariable[];
  readonly variables: Variables;
}

/**
 * What becomes of variables that are not set and count as empty, as with Compose: where the value that is left of them is
 * wrong, the variable is the problem instead; anywhere else it is a warning.
 */
export function judgeUnset(
  files: readonly UnsetVariables[],
  problems: readonly Problem[],
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const wrong = new Set(problems.map(({ file, path }) => placeText(file, path)));
  const explained = new Set<string>();
  const blamed: Problem[] = [];
  const warnings: Problem[] = [];
  for (const { unset, variables } of files) {
    const first = unset.filter((one) => wrong.has(placeOf(one)));
    for (const one of first) explained.add(placeOf(one));
    const names = new Set(first.map(nameOf));
    const causes = unset.filter((one) => names.has(nameOf(one)));
    const others = unset.filter((one) => !names.has(nameOf(one)));
    blamed.push(...variableProblems(causes, variables, PLAIN_DOLLAR));
    warnings.push(...variableProblems(others, variables, PLAIN_DOLLAR).map(countsAsEmpty));
  }
  const kept = problems.filter(({ file, path }) => !explained.has(placeText(file, path)));
  return { problems: [...kept, ...blamed], warnings };
}

/** The problem of a variable that is not set as a warning. */
export function countsAsEmpty(problem: Problem): Problem {
  return { ...problem, message: `${problem.message}, and is empty, as it would be for Compose` };
}

function placeOf({ scalar, path }: FailedVariable): string {
  return placeText(scalar.span.source.file, pathText(path));
}

function placeText(file: string, path: string): string {
  return `${file}:${path}`;
}

function nameOf({ failure }: FailedVariable): string {
  return failure.kind === 'unset' ? failure.name : '';
}
