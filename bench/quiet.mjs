// Waits for a moment in which nothing else is busy on this machine.
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const SAMPLE_MS = 1000;
/** Of one processor: more than a session at rest takes, less than a compiler or a test. */
const QUIET = 0.2;

/** Lets each measurement begin in a quiet moment, as far as one comes. */
export class Beginnings {
  /** @type {string[]} What had to begin although the machine was busy. */
  busy = [];
  #patienceMs;
  #report;

  /**
   * @param {number} patienceMs how long each waits at most; 0: it begins at once, whatever the machine does
   * @param {(line: string) => void} report
   */
  constructor(patienceMs, report) {
    this.#patienceMs = patienceMs;
    this.#report = report;
  }

  /** @param {string} what is measured next */
  async begin(what) {
    this.#report(what);
    if (this.#patienceMs === 0) return;
    const end = performance.now() + this.#patienceMs;
    while ((await share()) > QUIET) {
      if (performance.now() < end) continue;
      this.busy.push(what);
      this.#report('  the machine is busy');
      return;
    }
  }
}

/** What all processes together take of one processor. */
async function share() {
  const before = busyMs();
  const start = performance.now();
  await pause(SAMPLE_MS);
  return (busyMs() - before) / (performance.now() - start);
}

function busyMs() {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
