import { cancelled, DevenvError } from './errors.ts';

/** A wait with a name and an end, so that a time-out says what did not happen. */
export interface Deadline {
  /** What is waited for, as it reads in "… did not happen within 30 s", e.g. `agent ready`. */
  readonly name: string;
  /** Milliseconds. */
  readonly ms: number;
}

/**
 * Runs `work` under a named deadline. The signal given to `work` aborts when time is up or when `signal` aborts.
 * Errors: `deadline-passed` when time was up first, `cancelled` when `signal` was.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let passed = false;
  const abortion = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(passed ? deadlinePassed(deadline) : cancelled(deadline.name));
    });
  });
  const timer = setTimeout(() => {
    passed = true;
    controller.abort();
  }, deadline.ms);
  const cancel = () => controller.abort();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work(controller.signal), abortion]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/**
 * Resolves as `work` does, which is left to itself when `signal` aborts. For what changes nothing, or is done by others.
 * Errors: those of `work`; `cancelled`, as soon as `signal` aborts.
 */
export async function unlessAborted<T>(
  what: string,
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<T> {
  let cancel = () => {};
  const abortion = new Promise<never>((_, reject) => {
    cancel = () => reject(cancelled(what));
  });
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, abortion]);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts; the caller looks at the signal. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * Calls `listener` once when `signal` aborts, at once when it has. Returns what ends it: for a signal that lives longer
 * than what waits for it.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

function deadlinePassed(deadline: Deadline): DevenvError {
  return new DevenvError({
    code: 'deadline-passed',
    message: `${deadline.name} took longer than ${deadline.ms / 1000} s`,
    owner: 'environment',
  });
}
