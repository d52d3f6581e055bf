import { type Forward, forwardedText, forwardResource } from '../model/forward.ts';
import type { Step } from '../model/plan.ts';
import { targetText } from '../model/workspace.ts';
import type { ForwardOperation } from './operation.ts';

/** Compares forwards that should be with those that are open. Pure. */
export function planForwards(
  wanted: readonly Forward[],
  open: readonly Forward[],
): readonly Step<ForwardOperation>[] {
  const gone = open.filter((forward) => !wanted.some(({ local }) => local === forward.local));
  return [
    ...gone.map((forward) => step(forward, 'close', 'not wanted', { kind: 'close-forward', forward })),
    ...wanted.flatMap((forward): Step<ForwardOperation> | readonly Step<ForwardOperation>[] => {
      const to = `to ${forwardedText(forward)} of ${targetText(forward.target)}`;
      const replaces = open.find(({ local }) => local === forward.local);
      if (replaces === undefined) {
        const opening = step(forward, 'open', to, { kind: 'open-forward', forward });
        return { ...opening, undo: { kind: 'close-forward', forward } };
      }
      if (isSame(replaces, forward)) return [];
      return step(forward, 'replace', `now ${to}`, { kind: 'replace-forward', forward, replaces });
    }),
  ];
}

function isSame(one: Forward, other: Forward): boolean {
  return (
    one.hostIp === other.hostIp &&
    forwardedText(one) === forwardedText(other) &&
    targetText(one.target) === targetText(other.target)
  );
}

function step(
  forward: Forward,
  verb: Step<ForwardOperation>['verb'],
  cause: string,
  operation: ForwardOperation,
): Step<ForwardOperation> {
  return { resource: forwardResource(forward), verb, cause, destructive: false, after: [], operation };
}
