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

  /** @returns {Promise<number>} milliseconds from the start of the process to the first bridged answer */
  async up() {
    const address = { host: this.place.host, port: BRIDGED };
    const start = performance.now();
    const child = spawn(process.execPath, [DEVENV, ...this.place.flags, 'up'], this.#options('ignore'));
    this.child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    await until(address, 'local', start);
    return performance.now() - start;
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

  /** @returns {Promise<number>} milliseconds from Ctrl-C to the end of the process */
  async end() {
    const start = performance.now();
    this.child?.kill('SIGINT');
    await once(/** @type {import('node:child_process').ChildProcess} */ (this.child), 'exit');
    return performance.now() - start;
  }

  /** @returns {Promise<number>} milliseconds from the death of the process to the first answer of the original */
  async die() {
    const start = performance.now();
    this.child?.kill('SIGKILL');
    await until({ host: this.place.host, port: BRIDGED }, 'original', start);
    const took = performance.now() - start;
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
 * @param {import('./load.mjs').Address} address
 * @param {string} who
 * @param {number} start
 */
async function until(address, who, start) {
  while ((await whoAnswers(address)) !== who) {
    if (performance.now() - start > LIMIT_MS)
      throw new Error(`${who} did not answer within ${LIMIT_MS / 1000} s`);
    await pause(POLL_MS);
  }
}
