// One `devenv up` as a child, and how long it takes to begin and to end.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { whoAnswers } from './load.mjs';
import { BRIDGED, DEVENV, IMAGE, SERVER } from './place.mjs';

const POLL_MS = 5;
const LIMIT_MS = 60_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what a failed measurement has left. */
export async function endAll() {
  for (const child of running) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
}

/**
 * Resolves when the pod is there: what fails before is nobody's failure.
 * @param {import('./place.mjs').Place} place
 */
export async function originalAnswers({ host }) {
  await until({ host, port: BRIDGED }, 'original', performance.now());
}

/** A session whose service is the server of this folder. */
export class Session {
  /** @param {import('./place.mjs').Place} place */
  constructor(place) {
    this.place = place;
    this.folder = mkdtempSync(join(tmpdir(), 'bench-'));
    writeFileSync(
      join(this.folder, 'gefyra.yaml'),
      `name: bench
services:
  app:
    image: ${IMAGE}
    command: node /server.mjs local ${BRIDGED}
    stop_grace_period: 0s
    volumes: ["${SERVER}:/server.mjs:ro"]
    bridges:
      - target: ${place.target}
        ports: [${BRIDGED}]
`,
    );
  }

  /** @returns {Promise<Wait>} from the start of the process to the first bridged answer */
  async up() {
    const address = { host: this.place.host, port: BRIDGED };
    const start = performance.now();
    const child = spawn(process.execPath, [DEVENV, ...this.place.flags, 'up'], this.#options('ignore'));
    this.child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    return until(address, 'local', start);
  }

  /** @returns {number} milliseconds that `devenv up -d` takes when all is as it should be */
  noOp() {
    const start = performance.now();
    const { status } = spawnSync(
      process.execPath,
      [DEVENV, ...this.place.flags, 'up', '-d'],
      this.#options('ignore'),
    );
    if (status !== 0) throw new Error(`devenv up -d ended with ${status}`);
    return performance.now() - start;
  }

  /** @returns {Promise<Wait>} from Ctrl-C to the end of the process */
  async end() {
    const address = { host: this.place.host, port: BRIDGED };
    let ended = false;
    let failed = 0;
    const start = performance.now();
    this.child?.kill('SIGINT');
    const exit = once(/** @type {import('node:child_process').ChildProcess} */ (this.child), 'exit').then(
      () => {
        ended = true;
        return performance.now() - start;
      },
    );
    while (!ended) {
      if ((await whoAnswers(address)) === '') failed += 1;
      await pause(POLL_MS);
    }
    return { ms: await exit, failed };
  }

  /** @returns {Promise<Wait>} from the death of the process to the first answer of the original */
  async die() {
    const start = performance.now();
    this.child?.kill('SIGKILL');
    const took = await until({ host: this.place.host, port: BRIDGED }, 'original', start);
    // What is left on this machine is removed by the guardian; `down` waits for whatever is not yet.
    await pause(3000);
    spawnSync(process.execPath, [DEVENV, ...this.place.flags, 'down'], this.#options('ignore'));
    return took;
  }

  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {'ignore'} stdio */
  #options(stdio) {
    return { cwd: this.folder, env: { ...process.env, ...this.place.environment }, stdio };
  }
}

/**
 * How long something took, and how many of the requests that were made meanwhile got no answer. They are made one after
 * the other on new connections, some hundred a second.
 * @typedef {{ ms: number, failed: number }} Wait
 */

/**
 * @param {import('./load.mjs').Address} address
 * @param {string} who
 * @param {number} start
 * @returns {Promise<Wait>} until this one answers
 */
async function until(address, who, start) {
  let failed = 0;
  for (;;) {
    const by = await whoAnswers(address);
    const ms = performance.now() - start;
    if (by === who) return { ms, failed };
    if (by === '') failed += 1;
    if (ms > LIMIT_MS) throw new Error(`${who} did not answer within ${LIMIT_MS / 1000} s`);
    await pause(POLL_MS);
  }
}
