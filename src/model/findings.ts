import type { ErrorFacts } from '../common/errors.ts';

/** What was found before anything was touched. */
export interface Findings {
  /** What makes it impossible, each with its remedy. */
  readonly problems: readonly ErrorFacts[];
  /** What may turn out badly. */
  readonly warnings: readonly string[];
  /** What cannot be seen before something else has been done, in words. */
  readonly later: readonly string[];
}

/** Nothing was found. */
export const NO_FINDINGS: Findings = { problems: [], warnings: [], later: [] };

/** All of them together; what several have found is there once. */
export function joinedFindings(all: readonly Partial<Findings>[]): Findings {
  const problems = all.flatMap((one) => one.problems ?? []);
  return {
    problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()],
    warnings: [...new Set(all.flatMap((one) => one.warnings ?? []))],
    later: [...new Set(all.flatMap((one) => one.later ?? []))],
  };
}
