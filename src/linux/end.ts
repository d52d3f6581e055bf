import { pause } from '../common/deadline.ts';
import { firstProcessOf } from './namespaces.ts';
import type { StoredUnit } from './unit-files.ts';
import type { Units } from './units.ts';

/** How long the kernel may take to end what was killed. */
const END_MS = 5000;

const LOOK_AGAIN_MS = 10;

/** Asks a unit's program to end and kills it, and all that it began, after `graceMs`. Nothing happens when it does not run. */
export async function end(
  { id, network, stopSignal }: StoredUnit,
  units: Units,
  graceMs: number,
): Promise<void> {
  const { pid } = units.state(id);
  if (pid === undefined) return;
  const first = network === undefined ? pid : firstProcessOf(pid);
  if (first !== undefined && network !== undefined && graceMs > 0) {
    signalTo(first, stopSignal);
    if (await hasEnded(id, units, graceMs)) return;
  }
  // With the first process of a process namespace the kernel ends all others.
  for (const one of [first, pid]) if (one !== undefined) signalTo(one, 'SIGKILL');
  await hasEnded(id, units, END_MS);
}

async function hasEnded(id: string, units: Units, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (units.state(id).state === 'running') {
    if (performance.now() > until) return false;
    await pause(LOOK_AGAIN_MS);
  }
  return true;
}

function signalTo(pid: number, signal: string): void {
  try {
    process.kill(pid, /^\d+$/.test(signal) ? Number(signal) : (signal as NodeJS.Signals));
  } catch {
    // It has just ended.
  }
}
