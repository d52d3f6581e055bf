import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cli } from './paths.ts';

const OUTPUT_REST_MS = 1_000;

/** A line that devenv wrote. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** Milliseconds since the process was started. */
  readonly at: number;
}

/** How a process ended: one of both is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How to run devenv. */
export interface DevenvOptions {
  /** Folder with the `gefyra.yaml`. */
  readonly cwd: string;
  /** The machine it runs on; several runs on one machine see each other's sessions. */
  readonly machine: Machine;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute path of the command line. Default: the built one of the checkout. */
  readonly program?: string;
  /** Who runs it; absent = whoever runs the tests, who must be root to choose. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Where sessions keep sockets and remembered answers: folders of their own, so that scenarios neither see nor touch the
 * sessions of whoever runs the tests. Also the mark by which processes of a scenario are found.
 */
export class Machine implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'e2em-'));

  /** What makes devenv use these folders. */
  get env(): Readonly<Record<string, string>> {
    return { XDG_RUNTIME_DIR: this.folder, XDG_STATE_HOME: join(this.folder, 'state') };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs devenv to its end. */
export async function runDevenv(
  args: readonly string[],
  options: DevenvOptions,
): Promise<Exit & { readonly stdout: string; readonly stderr: string }> {
  await using devenv = startDevenv(args, options);
  const exit = await devenv.exit;
  return { ...exit, stdout: devenv.text('stdout'), stderr: devenv.text('stderr') };
}

/** Starts devenv, without a terminal, in a process group of its own. Disposing ends it as Ctrl-C does, by force after 15 s. */
export function startDevenv(args: readonly string[], options: DevenvOptions): Devenv {
  const child = spawn(process.execPath, [options.program ?? cli, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', ...options.machine.env, ...options.env },
    detached: true,
    ...options.user,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Devenv(child, `devenv ${args.join(' ')}`);
}

/** A running devenv and everything it has said. */
export class Devenv implements AsyncDisposable {
  /** How it ended, once all it wrote has been read. Never rejects. */
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #title: string;
  readonly #lines: OutputLine[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #start = performance.now();
  #ended: Exit | undefined;

  constructor(child: ChildProcess, title: string) {
    this.#child = child;
    this.#title = title;
    this.#read('stdout', child.stdout);
    this.#read('stderr', child.stderr);
    this.exit = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#add('stderr', error.message);
        resolve(this.#end({ code: null, signal: null }));
      });
      child.once('exit', (code, signal) => {
        // The rest of the output follows, unless a process that it left behind holds the pipes open.
        const finish = () => {
          clearTimeout(rest);
          resolve(this.#end({ code, signal }));
        };
        const rest = setTimeout(finish, OUTPUT_REST_MS);
        child.once('close', finish);
      });
    });
  }

  /** Errors: when it could not be started. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#title} was not started\n${this.transcript}`);
    return this.#child.pid;
  }

  /** All lines up to now. Its length is a place to wait from. */
  get lines(): readonly OutputLine[] {
    return this.#lines;
  }

  /** What one of the streams said up to now. */
  text(stream: OutputLine['stream']): string {
    return this.#lines.flatMap((line) => (line.stream === stream ? [`${line.text}\n`] : [])).join('');
  }

  /** Everything up to now with times, for the message of a failed expectation. */
  get transcript(): string {
    return this.#lines
      .map(({ at, stream, text }) => `${seconds(at)} ${stream === 'stdout' ? '>' : '!'} ${text}`)
      .join('\n');
  }

  /**
   * The first line that matches, of those from number `from` on (default: all).
   * Errors: with the transcript, when none came within `ms` or before the process ended.
   */
  waitForLine(pattern: RegExp, ms: number, from = 0): Promise<OutputLine> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        finish();
      };
      const fail = (why: string) =>
        settle(() => reject(new Error(`${this.#title} did not say ${pattern} ${why}\n${this.transcript}`)));
      const look = () => {
        const found = this.#lines.slice(from).find((line) => pattern.test(line.text));
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#ended !== undefined) fail(`before it ended with ${describe(this.#ended)}`);
      };
      const timer = setTimeout(() => fail(`within ${ms / 1000} s`), ms);
      this.#watchers.add(look);
      look();
    });
  }

  /** Sends a signal to this process alone. Nothing happens when it has ended. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Errors: when it spoke of an error that nobody had caught, in itself or in a program of its. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended === undefined) {
      this.signal('SIGINT');
      const force = setTimeout(() => this.signal('SIGKILL'), 15_000);
      await this.exit;
      clearTimeout(force);
    }
    if (!this.#lines.some(({ text }) => /\bunhandled: /.test(text))) return;
    throw new Error(`${this.#title} had an error that nobody caught\n${this.transcript}`);
  }

  #read(stream: OutputLine['stream'], input: NodeJS.ReadableStream | null): void {
    if (input !== null) createInterface({ input }).on('line', (text) => this.#add(stream, text));
  }

  #add(stream: OutputLine['stream'], text: string): void {
    this.#lines.push({ stream, text, at: performance.now() - this.#start });
    this.#notify();
  }

  #end(exit: Exit): Exit {
    this.#ended = exit;
    this.#notify();
    return exit;
  }

  #notify(): void {
    for (const look of [...this.#watchers]) look();
  }
}

function describe({ code, signal }: Exit): string {
  return signal ?? `code ${code}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(7)} s`;
}
