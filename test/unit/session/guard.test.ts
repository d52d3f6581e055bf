import { expect, it, vi } from 'vitest';
import { deferred } from '../../../src/common/deferred.ts';
import type { Event } from '../../../src/model/event.ts';
import { Guard } from '../../../src/session/guard.ts';

/** A guard whose guardians start as `starts` says, one after the other, and end when told to. */
function aGuard(starts: readonly ('well' | Error)[]) {
  const told: string[] = [];
  const guardians: { die: () => void }[] = [];
  let attempts = 0;
  const start = async () => {
    const outcome = starts[Math.min(attempts, starts.length - 1)];
    attempts += 1;
    if (outcome instanceof Error) throw outcome;
    const ended = deferred();
    guardians.push({ die: () => ended.resolve() });
    return { dismiss: () => ended.resolve(), ended: ended.promise };
  };
  const report = (event: Event) => {
    if (event.type === 'warning') told.push(`${event.message} | ${event.hint ?? ''}`);
  };
  return { guard: new Guard(start, report), told, guardians, attempts: () => attempts };
}

const gone = new Error('the program that this session runs is gone: /x/devenv.js');

it('a guardian that dies has a successor, which is told', async () => {
  const { guard, told, guardians } = aGuard(['well']);
  await guard.ready;
  guardians[0]?.die();
  await vi.waitFor(() => expect(guardians).toHaveLength(2));
  expect(told).toEqual([expect.stringMatching(/is gone; starting another/)]);
  await guard.dismiss();
});

it('that no other can be started is told once, with the reason and what it takes then; and when one can again', async () => {
  const { guard, told, guardians, attempts } = aGuard(['well', gone, gone, gone, 'well']);
  await guard.ready;
  guardians[0]?.die();
  await vi.waitFor(() => expect(attempts()).toBe(5), { timeout: 3000 });
  await vi.waitFor(() => expect(told).toHaveLength(3));
  expect(told[1]).toMatch(
    /^no other guardian can be started: the program .* is gone: \/x\/devenv.js .*`devenv down`/,
  );
  expect(told[2]).toMatch(/^there is a guardian again/);
  await guard.dismiss();
});

it('that the first one cannot be started is told by what waits for it alone', async () => {
  const { guard, told } = aGuard([gone]);
  await expect(guard.ready).rejects.toThrow(/is gone/);
  expect(told).toEqual([]);
  guard.leave();
});
