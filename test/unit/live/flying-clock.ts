import { vi } from 'vitest';

/** How many milliseconds pass with each turn of the event loop, at most: what one turn does is over before the next. */
const TURN_MS = 4;

/** How much faster time may be than the sun: what waits for a disk gets its time, too. */
const SPEED = 250;

/**
 * Time flies: timers and clocks of this process go by turns of the event loop and not by the sun, so that a heartbeat's
 * fifteen seconds are over in a fraction of one. All programs of a test are in this process: one that does not get the
 * processor stops the time of all. Returns what ends it.
 */
export function letTimeFly(): () => void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  let flies = true;
  let before = process.hrtime.bigint();
  const turn = () => {
    if (!flies) return;
    setImmediate(turn);
    const now = process.hrtime.bigint();
    const owed = (Number(now - before) / 1e6) * SPEED;
    if (owed < 1) return;
    before = now;
    vi.advanceTimersByTime(Math.min(TURN_MS, owed));
  };
  setImmediate(turn);
  return () => {
    flies = false;
    vi.useRealTimers();
  };
}

/** Timers that wait now, of all programs together. */
export function waitingTimers(): number {
  return vi.getTimerCount();
}

/** Waits until nothing is the matter, looking again each `lookMs`, and fails with what still is after `capMs`. */
export async function until(
  matter: () => string | undefined | Promise<string | undefined>,
  capMs = 30_000,
  lookMs = 25,
): Promise<void> {
  const deadline = performance.now() + capMs;
  for (;;) {
    const words = await matter();
    if (words === undefined) return;
    if (performance.now() > deadline) throw new Error(`after ${capMs / 1000} s: ${words}`);
    await pass(lookMs);
  }
}

/** Lets so many milliseconds pass. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
