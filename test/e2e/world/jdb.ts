import { type ChildProcess, spawn } from 'node:child_process';

const ANSWER_MS = 20_000;

/** The debugger of the JDK, attached to a Java machine. */
export class Jdb implements Disposable {
  readonly #process: ChildProcess;
  #said = '';
  #read = 0;
  readonly #listeners = new Set<() => void>();

  private constructor(process: ChildProcess) {
    this.#process = process;
    for (const output of [process.stdout, process.stderr])
      output?.on('data', (text) => {
        this.#said += String(text);
        for (const listener of this.#listeners) listener();
      });
    process.on('error', () => {});
    process.stdin?.on('error', () => {});
  }

  /** Attaches to the machine that listens on a port of 127.0.0.1; `sources`: where its sources are. */
  static attach(port: number, sources: string): Jdb {
    const args = ['-sourcepath', sources, '-attach', `127.0.0.1:${port}`];
    return new Jdb(spawn('jdb', args, { stdio: 'pipe' }));
  }

  /** Makes the program stop before a line of a class. */
  async stopAt(className: string, line: number): Promise<void> {
    await this.#heard(/Initializing jdb/);
    this.#tell(`stop at ${className}:${line}`);
    await this.#heard(/Set breakpoint|Deferring breakpoint/);
  }

  /** Waits until the program stands before a line of a class. Errors: when it does not within 20 s. */
  async stopped(className: string, line: number): Promise<void> {
    await this.#heard(new RegExp(`Breakpoint hit: .*${className}\\.\\S+ line=${line} `));
  }

  /** Value of a variable where the program stands. */
  async print(name: string): Promise<string> {
    this.#tell(`print ${name}`);
    const [, value = ''] = await this.#heard(new RegExp(`${name} = (.*)\\n`));
    return value;
  }

  /** Lets the program run again. */
  goOn(): void {
    this.#tell('cont');
  }

  /** Leaves the program, which runs on without breakpoints. */
  async detach(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#tell('exit');
    await ended;
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
  }

  #tell(command: string): void {
    this.#process.stdin?.write(`${command}\n`);
  }

  /** What it says next that has this form. */
  #heard(form: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = form.exec(this.#said.slice(this.#read));
        if (found === null) return;
        this.#read += found.index + found[0].length;
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(look);
        reject(new Error(`jdb did not say ${form}; it said:\n${this.#said}`));
      }, ANSWER_MS);
      this.#listeners.add(look);
      look();
    });
  }
}
