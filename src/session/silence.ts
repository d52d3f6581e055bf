import { holderAt } from './session-lock.ts';
import { isStopped } from './stopped-process.ts';

/** How often it is looked whether the process of a session is stopped, milliseconds. Twice in a row, and it is. */
const LOOK_MS = 500;

/** A session that is asked. */
export interface Silence {
  /** Aborts when nobody need wait for its words any longer. */
  readonly signal: AbortSignal;
  /** It has said something. */
  heard(): void;
  /** Nobody waits for its words any more. */
  end(): void;
}

/**
 * Notices that a session does not answer: it says nothing at all within `answerMs`, or its process is stopped. What
 * `mayLast` is not broken off for a stop once it has said something: it may go on as well.
 */
export function noticeSilence(socketPath: string, answerMs: number, mayLast: boolean): Silence {
  const silent = new AbortController();
  let hasSpoken = false;
  let isOver = false;
  // Time as it is outside of this process: a session that is stopped does not hear how it flies in here.
  const late = AbortSignal.timeout(answerMs);
  const giveUp = () => {
    if (!hasSpoken) silent.abort();
  };
  late.addEventListener('abort', giveUp, { once: true });
  const watch = async () => {
    for (let stops = 0; !isOver; ) {
      await outsideTime(LOOK_MS);
      if (isOver || (hasSpoken && mayLast)) return;
      const pid = (await holderAt(socketPath))?.pid;
      stops = pid !== undefined && (await isStopped(pid)) ? stops + 1 : 0;
      if (stops > 1 && !isOver) silent.abort();
    }
  };
  // What cannot be looked at is not known to be stopped.
  watch().catch(() => {});
  return {
    signal: silent.signal,
    heard: () => {
      hasSpoken = true;
    },
    end: () => {
      isOver = true;
      late.removeEventListener('abort', giveUp);
    },
  };
}

function outsideTime(ms: number): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => resolve(), { once: true });
  });
}
