import { describe, expect, it, vi } from 'vitest';
import { keptStanding, supervised } from '../../../src/common/supervised.ts';

/** Without pauses, so that tests need not wait for them. */
const AT_ONCE = [0];

function anEnd() {
  const controller = new AbortController();
  return { signal: controller.signal, end: () => controller.abort() };
}

describe('something supervised', () => {
  it('is opened again when it ends and when it fails, and tells each loss and each return', async () => {
    const { signal, end } = anEnd();
    const told: string[] = [];
    const lives: (() => Promise<void>)[] = [
      async () => {},
      async () => {
        throw new Error('cut');
      },
      async () => end(),
    ];
    await supervised(
      {
        live: async (stands) => {
          stands();
          await lives.shift()?.();
        },
        onLost: (why, failures) => told.push(`lost ${failures} ${why instanceof Error ? why.message : why}`),
        onBack: () => told.push('back'),
        backoffMs: AT_ONCE,
      },
      signal,
    );
    expect(told).toEqual(['lost 1 undefined', 'back', 'lost 2 cut', 'back']);
  });

  it('survives one that throws before it has given a promise', async () => {
    const { signal, end } = anEnd();
    let lives = 0;
    await supervised(
      {
        live: () => {
          lives += 1;
          if (lives === 1) throw new Error('at once');
          end();
          return Promise.resolve();
        },
        backoffMs: AT_ONCE,
      },
      signal,
    );
    expect(lives).toBe(2);
  });

  it('is not opened at all when nobody wants it any more', async () => {
    const { signal, end } = anEnd();
    end();
    const live = vi.fn(() => Promise.resolve());
    await supervised({ live }, signal);
    expect(live).not.toHaveBeenCalled();
  });

  it('tells no loss for the end that was asked for, and resolves only when the last life has ended', async () => {
    const { signal, end } = anEnd();
    const onLost = vi.fn();
    let ended = false;
    const running = supervised(
      {
        live: async (stands, within) => {
          stands();
          await new Promise((resolve) => within.addEventListener('abort', resolve));
          await Promise.resolve();
          ended = true;
          throw new Error('cut short');
        },
        onLost,
      },
      signal,
    );
    end();
    await running;
    expect(ended).toBe(true);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('waits longer after each failure in a row', async () => {
    const { signal, end } = anEnd();
    const at: number[] = [];
    await supervised(
      {
        live: async () => {
          at.push(performance.now());
          if (at.length === 3) end();
        },
        backoffMs: [0, 60],
      },
      signal,
    );
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeLessThan(40);
    expect(third - second).toBeGreaterThan(50);
  });
});

describe('something that somebody waits for', () => {
  it('is opened when it stands for the first time, whatever becomes of it', async () => {
    const { signal, end } = anEnd();
    const onLost = vi.fn();
    const { opened, ended } = keptStanding(
      {
        live: async (stands) => {
          stands();
          if (onLost.mock.calls.length > 0) end();
        },
        onLost,
        backoffMs: AT_ONCE,
      },
      signal,
    );
    await opened;
    await ended;
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('fails as its first attempt did, and goes on', async () => {
    const { signal, end } = anEnd();
    const onLost = vi.fn();
    let lives = 0;
    const { opened, ended } = keptStanding(
      {
        live: async (stands) => {
          lives += 1;
          if (lives === 1) throw new Error('not yet');
          stands();
          end();
        },
        onLost,
        backoffMs: AT_ONCE,
      },
      signal,
    );
    await expect(opened).rejects.toThrow('not yet');
    await ended;
    expect(lives).toBe(2);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('fails when it is ended before it stood', async () => {
    const { signal, end } = anEnd();
    const live = (_: () => void, life: AbortSignal) =>
      new Promise<void>((resolve) => life.addEventListener('abort', () => resolve()));
    const { opened } = keptStanding({ live }, signal);
    end();
    await expect(opened).rejects.toMatchObject({ code: 'cancelled' });
  });
});
