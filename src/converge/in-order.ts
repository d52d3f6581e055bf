import { DevenvError } from '../common/errors.ts';
import type { Step } from '../model/plan.ts';

/**
 * Steps by dependency, and by name among those that could run at once. Pure. Errors: `internal`, naming the round, when
 * steps wait for each other: what depends on what is decided by this program alone.
 */
export function inOrder<Operation>(steps: readonly Step<Operation>[]): readonly Step<Operation>[] {
  const left = [...steps].sort((one, other) => (one.resource < other.resource ? -1 : 1));
  const sorted: Step<Operation>[] = [];
  while (left.length > 0) {
    const isFree = (step: Step<Operation>) => !left.some((other) => step.after.includes(other.resource));
    const next = left.findIndex(isFree);
    if (next === -1) throw waitingForEachOther(left);
    sorted.push(...left.splice(next, 1));
  }
  return sorted;
}

/** Each of these steps waits for another of them; so whoever follows what they wait for comes back to where they were. */
function waitingForEachOther(steps: readonly Step<unknown>[]): DevenvError {
  const path: string[] = [];
  let next = steps[0]?.resource;
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    const here = next;
    const after = steps.find(({ resource }) => resource === here)?.after ?? [];
    next = steps.map(({ resource }) => resource).find((resource) => after.includes(resource));
  }
  const round = next === undefined ? path : [...path.slice(path.indexOf(next)), next];
  return new DevenvError({
    code: 'internal',
    message: `steps of the plan wait for each other: ${round.join(' → ')}`,
    hint: 'this is a bug in devenv; please report it. `devenv down` and `devenv up` may go around it',
    owner: 'devenv',
  });
}
