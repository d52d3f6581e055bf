// The session that is put through it: `devenv up` as a child, in a folder and with runtime directories of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { IMAGE } from '../bench/place.mjs';
import { PROGRAMS } from './place.mjs';

const execute = promisify(execFile);

const LIVE_MS = 120_000;
const END_MS = 30_000;
const ASK_MS = 5000;
/** A restart, or a reload, waits for requests in flight. */
const STOP_MS = 60_000;

/** The services, each with its port, which is that of its bridge. */
export const SERVICES = { app: 8155, admin: 8157 };

/** A running session. */
export class Session {
  /** @type {{ at: number, text: string }[]} What it has said; `at` as performance.now() tells it. */
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'soak-'));
  #edits = 0;
  #place;
  #devenv;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  /**
   * @param {import('./place.mjs').Place} place
   * @param {string} devenv path of the built command line
   */
  constructor(place, devenv) {
    this.#place = place;
    this.#devenv = devenv;
  }

  /** @returns {number} 0 when it has ended */
  get pid() {
    const child = this.#child;
    return child?.exitCode === null && child.signalCode === null ? (child.pid ?? 0) : 0;
  }

  /** Starts it and resolves when every bridge is live. Errors: with what it said, when that does not come true. */
  async up() {
    mkdirSync(join(this.folder, 'run'), { recursive: true, mode: 0o700 });
    this.save();
    const child = spawn(process.execPath, [this.#devenv, 'up', '--yes'], {
      ...this.#options(),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal is for the soak, which ends the session when it is done with it.
      detached: true,
    });
    this.#child = child;
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (text) => this.lines.push({ at: performance.now(), text }));
    const deadline = performance.now() + LIVE_MS;
    while (!(await this.isLive())) {
      if (this.pid === 0 || performance.now() > deadline)
        throw new Error(`the session does not come up\n${this.said(0)}`);
      await pause(200);
    }
  }

  /**
   * Writes its file.
   * @param {{ changed?: boolean }} [options] whether a service is another one afterwards, so that it is made anew
   */
  save({ changed = false } = {}) {
    if (changed) this.#edits += 1;
    const file = fileOf(this.#place, this.#edits);
    // A comment tells each save from the last.
    writeFileSync(join(this.folder, 'gefyra.yaml'), `# ${Date.now()}\n${file}`);
  }

  /** Whether `devenv ps` calls every bridge live. False when it does not answer. */
  async isLive() {
    const { stdout } = await this.devenv('ps').catch(() => ({ stdout: '' }));
    const states = [...stdout.matchAll(/^bridge\/\S+\s+(\w+)/gm)].map(([, state]) => state);
    return states.length === Object.keys(SERVICES).length && states.every((state) => state === 'live');
  }

  /** Runs another command of devenv beside it. @param {readonly string[]} words */
  devenv(...words) {
    return this.#run(words, ASK_MS);
  }

  /** Restarts a service; resolves when it has been. @param {string} service */
  restart(service) {
    return this.#run(['restart', service], STOP_MS);
  }

  /** Changes a service in the file; resolves when the container with the change runs. */
  async change() {
    const before = this.lines.length;
    this.save({ changed: true });
    const deadline = performance.now() + STOP_MS;
    while (!this.lines.slice(before).some(({ text }) => /^container\/app replaced/.test(text))) {
      if (performance.now() > deadline) throw new Error('the changed service is not made anew');
      await pause(20);
    }
  }

  /** @param {readonly string[]} words @param {number} ms */
  #run(words, ms) {
    return execute(process.execPath, [this.#devenv, ...words], { ...this.#options(), timeout: ms });
  }

  /** What it said from then on, for a person. @param {number} from @param {number} [to] */
  said(from, to = Number.POSITIVE_INFINITY) {
    return this.lines
      .filter(({ at }) => from <= at && at <= to)
      .map(({ at, text }) => `    ${((at - from) / 1000).toFixed(2).padStart(7)} s  ${text}`)
      .join('\n');
  }

  /** Ends it as Ctrl-C does, by force when it does not. */
  async end() {
    const child = this.#child;
    if (child === undefined || this.pid === 0) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGINT');
    const force = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(force);
  }

  async close() {
    await this.end();
    await this.devenv('down', '--force').catch(() => {});
    rmSync(this.folder, { recursive: true, force: true });
  }

  #options() {
    const folders = { XDG_RUNTIME_DIR: join(this.folder, 'run'), XDG_STATE_HOME: join(this.folder, 'state') };
    return {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', ...folders, ...this.#place.environment },
    };
  }
}

/**
 * Healthy unless there is a file that says otherwise.
 * @param {import('./place.mjs').Place} place
 * @param {number} edits
 */
function fileOf({ project, target, connection }, edits) {
  const services = Object.entries(SERVICES).map(
    ([name, port]) => `  ${name}:
    image: ${IMAGE}
    command: node /soak/app.mjs local ${port}
    environment: { EDITS: "${name === 'app' ? edits : 0}" }
    volumes: ["${PROGRAMS}:/soak:ro"]
    restart: always
    healthcheck: { test: "test ! -e /tmp/sick", interval: 1s, retries: 1 }
    bridges: [{ target: ${target}, ports: [${port}] }]
`,
  );
  return `name: ${project}\nconnection: ${JSON.stringify(connection)}\nservices:\n${services.join('')}`;
}
