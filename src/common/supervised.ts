import { onAbort, pause } from './deadline.ts';
import { deferred } from './deferred.ts';
import { cancelled } from './errors.ts';

/** Pauses before something is opened again, milliseconds, the longer the more often in a row; the last one repeats. */
const BACKOFF_MS = [0, 100, 200, 400, 800, 1600, 3200, 5000];

/** What stood for so long, milliseconds, was no failed attempt: the next pause is the shortest again. */
const STEADY_MS = 3000;

/** Something that shall stand for as long as it is wanted: a watch, a connection, a process. */
export interface Supervised {
  /**
   * One life of it: opens it, catches up with what happened while it did not stand, calls `stands`, and settles when it
   * has ended. Whether it ended or failed makes no difference: it is opened again. It ends by itself when `signal` aborts,
   * which happens also when it has ended: nothing that it began outlives it.
   */
  readonly live: (stands: () => void, signal: AbortSignal) => Promise<void>;
  /**
   * It does not stand any more, or could not be opened, for the `failures`th time in a row, counted from 1. `why` is
   * what it failed with; undefined when it ended without a word.
   */
  readonly onLost?: (why: unknown, failures: number) => void;
  /** It stands again after a loss. */
  readonly onBack?: () => void;
  /** Pauses before it is opened again, milliseconds; the last one repeats. Default: from at once to five seconds. */
  readonly backoffMs?: readonly number[];
}

/**
 * Keeps something standing until `signal` aborts: the one way in which watches and connections are opened again.
 * Resolves when the last life has ended. Never rejects.
 */
export async function supervised(
  { live, onLost, onBack, backoffMs = BACKOFF_MS }: Supervised,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let stoodAt: number | undefined;
    const stands = () => {
      if (stoodAt !== undefined || signal.aborted) return;
      stoodAt = performance.now();
      if (failures > 0) onBack?.();
    };
    const why = await oneLife(live, stands, signal);
    if (signal.aborted) return;
    if (stoodAt !== undefined && performance.now() - stoodAt >= STEADY_MS) failures = 0;
    failures += 1;
    onLost?.(why, failures);
    await pause(backoffMs[failures - 1] ?? backoffMs.at(-1) ?? 0, signal);
  }
}

/** Something supervised that somebody waits for. */
export interface Standing {
  /** Settles as the first attempt to open it does; rejects when it was ended before. Need not be waited for. */
  readonly opened: Promise<void>;
  /** Resolves when the last life has ended. Never rejects. */
  readonly ended: Promise<void>;
}

/** Keeps something standing, as `supervised`. That the first attempt failed is told by `opened`, and not by `onLost`. */
export function keptStanding({ live, onLost, ...loop }: Supervised, signal: AbortSignal): Standing {
  const first = deferred();
  const ended = supervised(
    {
      ...loop,
      live: (stands, life) => {
        const opened = () => {
          stands();
          first.resolve();
        };
        return live(opened, life);
      },
      onLost: (why, failures) => {
        if (first.settled) onLost?.(why, failures);
        else first.reject(why ?? new Error('it ended at once'));
      },
    },
    signal,
  );
  void ended.then(() => first.reject(cancelled('the start')));
  return { opened: first.promise, ended };
}

/** Resolves to what it failed with, or to undefined. */
async function oneLife(live: Supervised['live'], stands: () => void, signal: AbortSignal): Promise<unknown> {
  const life = new AbortController();
  const unfollow = onAbort(signal, () => life.abort());
  try {
    await live(stands, life.signal);
    return undefined;
  } catch (error) {
    return error ?? new Error('it failed without a reason');
  } finally {
    unfollow();
    life.abort();
  }
}
