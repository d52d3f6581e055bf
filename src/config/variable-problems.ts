import { didYouMean, nearest } from '../common/nearest.ts';
import type { InterpolationFailure } from './interpolate.ts';
import type { Path, Problem } from './problem.ts';
import { partOf, problemOf, type Scalar } from './tree.ts';
import type { Variables } from './variables.ts';

/** Whether a problem's token is the name of a variable, which is no secret wherever it stands; of a broken one nobody knows. */
export function isAboutName({ code }: Problem): boolean {
  return code === 'unset-variable' || code === 'required-variable';
}

/** A failed piece of a value, and where the value stands. */
export interface FailedVariable {
  readonly scalar: Scalar;
  readonly path: Path;
  readonly failure: InterpolationFailure;
}

/** For more unset variables than this no similar name is looked for. */
const MAX_SUGGESTIONS = 100;

/**
 * The problems of variables that could not be replaced; one for each variable, however often it is used.
 * `plainDollar` says in words how the file spells a dollar sign that begins no variable.
 */
export function variableProblems(
  failed: readonly FailedVariable[],
  variables: Variables,
  plainDollar: string,
): Problem[] {
  const placed = failed.map((one) => ({
    ...one,
    span: partOf(one.scalar, one.failure.from, one.failure.to),
  }));
  placed.sort((a, b) => a.span.start - b.span.start);
  const placesOf = new Map<string, Set<number>>();
  for (const { failure, span } of placed) {
    if (failure.kind !== 'unset') continue;
    placesOf.set(failure.name, (placesOf.get(failure.name) ?? new Set()).add(span.start));
  }
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { scalar, path, failure, span } of placed) {
    switch (failure.kind) {
      case 'unset': {
        if (seen.has(failure.name)) break;
        seen.add(failure.name);
        const places = placesOf.get(failure.name) ?? new Set();
        // What takes longest, and helps nobody with so many.
        const near = seen.size > MAX_SUGGESTIONS ? [] : nearest(failure.name, variables.names()).slice(0, 1);
        const bare = scalar.text[failure.from + 1] !== '{';
        problems.push(
          problemOf(
            scalar,
            path,
            {
              code: 'unset-variable',
              message: `the variable ${failure.name} is not set${places.size > 1 ? ` (used in ${places.size} places)` : ''}`,
              label: didYouMean(...near),
              hint: `set it in the environment or in .env, or give a default: \${${failure.name}:-value}${bare ? `; ${plainDollar}` : ''}`,
            },
            span,
          ),
        );
        break;
      }
      case 'required':
        problems.push(
          problemOf(
            scalar,
            path,
            {
              code: 'required-variable',
              message: `the variable ${failure.name} needs a value${failure.message === '' ? '' : `: ${failure.message}`}`,
              hint: `set ${failure.name} in the environment or in .env`,
            },
            span,
          ),
        );
        break;
      case 'too-long': {
        // From the first one on, there may be no room for any other.
        if (problems.some(({ code }) => code === 'too-long')) break;
        const hint = 'variables that hold each other again and again grow fast: take some out';
        problems.push(problemOf(scalar, path, { code: 'too-long', message: failure.message, hint }, span));
        break;
      }
      case 'malformed':
        problems.push(
          problemOf(
            scalar,
            path,
            {
              code: 'bad-variable',
              message: failure.message,
              hint: `write \${NAME} or \${NAME:-default}; ${plainDollar}`,
            },
            span,
          ),
        );
        break;
    }
  }
  return problems;
}
