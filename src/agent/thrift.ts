import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { releaseFreedMemory } from '../netfilter/index.ts';

const MB = 1e6;

/** What of a program's memory can be looked at and given back. */
export interface Memory {
  /** What buffers hold, the ones that nobody needs any more included, bytes. */
  buffers(): number;
  /** Frees those that nobody needed for long: takes less than a millisecond. */
  freeYoung(): void;
  /** Frees all that nobody needs: takes ten milliseconds and more. */
  freeAll(): void;
  /** Gives freed memory back to the system. */
  giveBack(): void;
}

const LOOK = {
  /** While little is carried: costs nothing that could be measured. */
  restMs: 250,
  /** While much is. */
  busyMs: 10,
  /** So many looks without anything new, and what is left is freed and given back. */
  quiet: 50,
} as const;

/** So much more than before is worth a look at what of it is still needed, bytes. */
const STEP = 4 * MB;
/** More than that in buffers, and all is freed that can be, bytes. */
const MUCH = 16 * MB;
/** Freeing all may take a part of the time: for each millisecond so many without. */
const SHARE = 3;
/** What is carried at any time, when little is. */
const LITTLE = 2 * MB;

/**
 * Keeps what this program has of memory near what it needs: V8 counts buffers as nothing, and lets tens of megabytes of
 * them lie until it looks; the C library keeps what was freed. It is a guest in memory that belongs to somebody else.
 * Looks often only while much is carried.
 */
export function beThrifty(
  memory: Memory = memoryOfThisProgram(),
  clock: () => number = () => performance.now(),
): { end(): void } {
  let before = 0;
  let notBefore = 0;
  let quiet = 0;
  let timer = setInterval(look, LOOK.restMs);
  let isBusy = false;
  /** What the last freeing has ended may have held more, which is free only after it: connections are closed then. */
  let hasMore = false;

  function look(): void {
    if (hasMore && !isBusy) {
      freeRest();
      hasMore = false;
    }
    const now = memory.buffers();
    if (!isBusy && now > LITTLE) change(true);
    before = Math.min(before, now);
    quiet += 1;
    if (now - before > STEP) {
      quiet = 0;
      free();
    } else if (isBusy && quiet > LOOK.quiet) {
      freeRest();
      hasMore = true;
      change(false);
    }
  }

  function freeRest(): void {
    memory.freeAll();
    memory.giveBack();
    before = memory.buffers();
  }

  function free(): void {
    memory.freeYoung();
    before = memory.buffers();
    const from = clock();
    // What callers do not take cannot be freed by looking again: that must not take all the time there is.
    if (before < MUCH || from < notBefore) return;
    memory.freeAll();
    before = memory.buffers();
    const until = clock();
    notBefore = until + SHARE * (until - from);
  }

  function change(to: boolean): void {
    isBusy = to;
    quiet = 0;
    clearInterval(timer);
    timer = setInterval(look, to ? LOOK.busyMs : LOOK.restMs);
  }

  return { end: () => clearInterval(timer) };
}

/** For a program that was not started with `--expose-gc`. */
function exposed(): unknown {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

function memoryOfThisProgram(): Memory {
  const gc = (globalThis.gc ?? exposed()) as (options?: { type: 'minor' }) => void;
  return {
    buffers: () => process.memoryUsage().arrayBuffers,
    freeYoung: () => gc({ type: 'minor' }),
    freeAll: () => gc(),
    giveBack: releaseFreedMemory,
  };
}
