// One `devenv up` as a child, and how long it takes to begin and to end.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { whoAnswers } from './load.mjs';
import { IMAGE, SERVER } from './place.mjs';

/** Name of the project in the measured file. */
export const PROJECT = 'bench';

const POLL_MS = 5;
const LIMIT_MS = 120_000;
/** Of what a session said, when it fails. */
const EVIDENCE_LINES = 20;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what a failed measurement has left. */
export async function endAll() {
  for (const child of running) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
}

/** A session whose services are servers of this folder. */
export class Session {
  /** @param {import('./place.mjs').Setting} setting */
  constructor(setting) {
    this.setting = setting;
    this.folder = mkdtempSync(join(tmpdir(), 'bench-'));
    writeFileSync(join(this.folder, 'gefyra.yaml'), fileOf(setting.bridged));
  }

  /** The process, once there is one. */
  get pid() {
    return this.child?.pid ?? 0;
  }

  /** @returns {Promise<Wait>} from the start of the process until every bridged port was answered here */
  async up() {
    const all = addresses(this.setting);
    const path = join(this.folder, 'up.log');
    const log = openSync(path, 'w');
    const start = performance.now();
    const child = spawn(process.execPath, this.#words('up'), {
      ...this.#options(),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const ended = once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`devenv up ended with ${code}`)),
    );
    try {
      return await Promise.race([untilAll(all, 'local', start), ended]);
    } catch (cause) {
      const said = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-EVIDENCE_LINES).join('\n');
      throw new Error(`a session did not begin; devenv up said:\n${said}`, { cause });
    }
  }

  /** @returns {number} milliseconds that `devenv up -d` takes when all is as it should be */
  noOp() {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, this.#words('up', '-d'), this.#options());
    if (status !== 0) throw new Error(`devenv up -d ended with ${status}`);
    return performance.now() - start;
  }

  /** @returns {Promise<Wait>} from Ctrl-C until the process has ended and the original answers on every port */
  async end() {
    const all = addresses(this.setting);
    let endedMs = 0;
    let givenBackMs = 0;
    let failed = 0;
    const start = performance.now();
    this.child?.kill('SIGINT');
    this.child?.once('exit', () => {
      endedMs = performance.now() - start;
    });
    while (endedMs === 0 || givenBackMs === 0) {
      const answers = [];
      for (const address of all) {
        answers.push(await whoAnswers(address));
        if (endedMs === 0) await pause(POLL_MS);
      }
      failed += answers.filter((by) => by === '').length;
      const ms = performance.now() - start;
      if (!answers.every((by) => by === 'original')) givenBackMs = 0;
      else if (givenBackMs === 0) givenBackMs = ms;
      if (ms > LIMIT_MS) throw new Error(`the session did not end within ${LIMIT_MS / 1000} s`);
    }
    return { ms: Math.max(endedMs, givenBackMs), failed };
  }

  /** @returns {Promise<Wait>} from the death of the process until the original has answered on every port */
  async die() {
    const all = addresses(this.setting);
    const start = performance.now();
    this.child?.kill('SIGKILL');
    const took = await untilAll(all, 'original', start);
    // What is left on this machine is removed by the guardian; `down` waits for whatever is not yet.
    await pause(3000);
    spawnSync(process.execPath, this.#words('down'), this.#options());
    return took;
  }

  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {readonly string[]} command */
  #words(...command) {
    return [this.setting.devenv, ...this.setting.flags, ...command];
  }

  /** @returns {{ cwd: string, env: NodeJS.ProcessEnv, stdio: 'ignore' }} */
  #options() {
    return { cwd: this.folder, env: { ...process.env, ...this.setting.environment }, stdio: 'ignore' };
  }
}

/** @param {readonly import('./place.mjs').Bridged[]} bridged */
function fileOf(bridged) {
  const services = bridged.map(
    ({ service, target, ports, match, isProcess }) => `  ${service}:
${isProcess ? programOf(ports) : containerOf(ports)}
    stop_grace_period: 0s
    bridges:
${ports.map((port) => `      - target: ${target}\n        ports: [${port}]\n${match === undefined ? '' : `        match: ${match}\n`}`).join('')}`,
  );
  return `name: ${PROJECT}\nservices:\n${services.join('')}`;
}

/** @param {readonly number[]} ports */
function containerOf(ports) {
  return `    image: ${IMAGE}
    command: node /server.mjs local ${ports.join(' ')}
    volumes: ["${SERVER}:/server.mjs:ro"]`;
}

/** @param {readonly number[]} ports */
function programOf(ports) {
  return `    process: ${JSON.stringify([process.execPath, SERVER, 'local', ...ports.map(String)])}`;
}

/**
 * @param {Pick<import('./place.mjs').Setting, 'bridged'>} setting
 * @returns {{ host: string, port: number }[]} of all bridged ports
 */
function addresses({ bridged }) {
  return bridged.flatMap(({ host, ports }) => ports.map((port) => ({ host, port })));
}

/**
 * How long something took, and how many of the requests that were made meanwhile got no answer. They are made one after
 * the other on new connections, some hundred a second.
 * @typedef {{ ms: number, failed: number }} Wait
 */

/**
 * Resolves when the originals answer: what fails before is nobody's failure.
 * @param {Pick<import('./place.mjs').Setting, 'bridged'>} setting
 */
export function originalsAnswer(setting) {
  return untilAll(addresses(setting), 'original', performance.now());
}

/**
 * @param {readonly { host: string, port: number }[]} list asked in turn
 * @param {string} who
 * @param {number} start
 * @returns {Promise<Wait>} until the last of them was answered by this one
 */
export async function untilAll(list, who, start) {
  let failed = 0;
  for (const address of list) failed += (await until(address, who, start)).failed;
  return { ms: performance.now() - start, failed };
}

/**
 * @param {{ host: string, port: number }} address
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
    if (ms > LIMIT_MS)
      throw new Error(`${who} did not answer at ${address.host}:${address.port} within ${LIMIT_MS / 1000} s`);
    await pause(POLL_MS);
  }
}
