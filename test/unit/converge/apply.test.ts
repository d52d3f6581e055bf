import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/converge/index.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Step } from '../../../src/model/plan.ts';

function aStep(resource: string, after: readonly string[] = []): Step<string> {
  return {
    resource,
    verb: 'create',
    cause: 'not found',
    destructive: false,
    after,
    operation: resource,
    undo: `undo ${resource}`,
  };
}

/** Carries steps out, notes what ran, and fails where told to. */
async function carriedOut(
  steps: readonly Step<string>[],
  options: { failing?: string; onFailure?: 'undo' | 'go-on'; signal?: AbortSignal } = {},
): Promise<{ ran: readonly string[]; events: readonly Event[]; error: unknown }> {
  const ran: string[] = [];
  const events: Event[] = [];
  const error = await applyPlan(
    { steps },
    {
      run: async (operation) => {
        await Promise.resolve();
        if (operation === options.failing) throw new Error(`${operation} failed`);
        ran.push(operation);
      },
      report: (event) => events.push(event),
      signal: options.signal ?? new AbortController().signal,
      onFailure: options.onFailure ?? 'undo',
    },
  ).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { ran, events, error };
}

describe('carrying out a plan', () => {
  it('runs a step after those it depends on', async () => {
    const { ran } = await carriedOut([aStep('a'), aStep('b', ['a']), aStep('c', ['b'])]);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('runs independent steps at the same time', async () => {
    let running = 0;
    let most = 0;
    const run = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    const signal = new AbortController().signal;
    await applyPlan(
      { steps: [aStep('a'), aStep('b')] },
      { run, report: () => {}, signal, onFailure: 'undo' },
    );
    expect(most).toBe(2);
  });

  it('takes back what it made when a step fails, in reverse order, and throws that failure', async () => {
    const { ran, error } = await carriedOut([aStep('a'), aStep('b', ['a']), aStep('c', ['b'])], {
      failing: 'c',
    });
    expect(ran).toEqual(['a', 'b', 'undo b', 'undo a']);
    expect(error).toMatchObject({ message: 'c failed' });
  });

  it('still does everything else when it is to go on, dependents included', async () => {
    const { ran, error } = await carriedOut([aStep('a'), aStep('b', ['a']), aStep('c')], {
      failing: 'a',
      onFailure: 'go-on',
    });
    expect(ran).toEqual(['c', 'b']);
    expect(error).toMatchObject({ message: 'a failed' });
  });

  it('is cancelled by the abort, whatever the step that ran then fails with', async () => {
    const abort = new AbortController();
    const ran: string[] = [];
    const carrying = applyPlan(
      { steps: [aStep('a'), aStep('b', ['a'])] },
      {
        run: async (operation) => {
          ran.push(operation);
          if (operation !== 'b') return;
          abort.abort();
          throw new Error('nobody answers');
        },
        report: () => {},
        signal: abort.signal,
        onFailure: 'undo',
      },
    );
    await expect(carrying).rejects.toMatchObject({ code: 'cancelled' });
    expect(ran).toEqual(['a', 'b', 'undo a']);
  });

  it('throws the first failure when the abort comes later', async () => {
    const abort = new AbortController();
    const carrying = applyPlan(
      { steps: [aStep('a'), aStep('b')] },
      {
        run: async (operation) => {
          if (operation === 'a') throw new Error('a failed');
          await new Promise((resolve) => setImmediate(resolve));
          abort.abort();
        },
        report: () => {},
        signal: abort.signal,
        onFailure: 'undo',
      },
    );
    await expect(carrying).rejects.toMatchObject({ message: 'a failed' });
  });

  it('starts nothing once it is aborted, takes back what it made, and says that it was cancelled', async () => {
    const { ran, error } = await carriedOut([aStep('a')], { signal: AbortSignal.abort() });
    expect(ran).toEqual([]);
    expect(error).toMatchObject({ code: 'cancelled' });
  });
});
