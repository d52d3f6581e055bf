// One `devenv up` as a child, and what it says.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running `devenv up`. */
export class Session {
  #child;
  /** @type {string[]} */
  #lines = [];
  /** @type {Set<() => void>} */
  #watchers = new Set();
  /** @type {Promise<string>} */
  #ended;
  running = true;

  /**
   * @param {string} program the built command line
   * @param {string} cwd folder of the gefyra.yaml
   * @param {readonly string[]} flags
   * @param {Readonly<Record<string, string>>} environment on top of this process’s
   * @param {(line: string) => void} onLine gets each line it prints
   */
  constructor(program, cwd, flags, environment, onLine) {
    // A process group of its own: Ctrl-C in this terminal reaches the demo, which then ends the session itself.
    this.#child = spawn(process.execPath, [program, 'up', ...flags], {
      cwd,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.#lines.push(line);
        onLine(line);
        this.#notify();
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#close(resolve, error.message));
      this.#child.once('close', (code, signal) => this.#close(resolve, signal ?? `code ${code}`));
    });
  }

  /** Undefined when it could not be started. */
  get pid() {
    return this.#child.pid;
  }

  /**
   * Resolves when a line matches.
   * @param {RegExp} pattern
   * @param {number} ms how long to wait
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  line(pattern, ms, signal) {
    return new Promise((resolve, reject) => {
      const settle = (/** @type {() => void} */ finish) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#watchers.delete(look);
        finish();
      };
      const look = () => {
        if (this.#lines.some((line) => pattern.test(line))) settle(resolve);
        else if (!this.running) settle(() => reject(new Error('devenv ended before that')));
      };
      const abort = () => settle(() => reject(new Error('interrupted')));
      const late = () =>
        settle(() => reject(new Error(`devenv did not say ${pattern} within ${ms / 1000} s`)));
      const timer = setTimeout(late, ms);
      signal.addEventListener('abort', abort);
      this.#watchers.add(look);
      look();
    });
  }

  /**
   * Ctrl-C.
   * @param {number} ms how long the teardown may take; then the process is killed
   * @returns {Promise<string>} how it ended: `code 130`, or the name of a signal
   */
  async end(ms) {
    this.signal('SIGINT');
    const timer = setTimeout(() => this.signal('SIGKILL'), ms);
    const how = await this.#ended;
    clearTimeout(timer);
    return how;
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    if (this.running) this.#child.kill(name);
  }

  /**
   * @param {(how: string) => void} resolve
   * @param {string} how
   */
  #close(resolve, how) {
    this.running = false;
    resolve(how);
    this.#notify();
  }

  #notify() {
    for (const look of [...this.#watchers]) look();
  }
}
