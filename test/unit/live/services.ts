import { deferred } from '../../../src/common/deferred.ts';
import { label } from '../../../src/model/labels.ts';
import type { FakeProcess } from '../../fakes/index.ts';
import { TinyServer } from './tiny-server.ts';

/** One service of one project, over all runs of its program. */
export class ServicePart {
  /** What it says to whoever asks. */
  readonly word: string;
  /** Which network namespace its program began in; another one each time that its owner starts. */
  #namespace = 0;
  #owner = 0;
  #process: FakeProcess | undefined;
  readonly #servers = new Map<number, TinyServer>();
  #wants = true;
  #mayAnswer: Promise<void> = Promise.resolve();
  #listening: Promise<void> = Promise.resolve();

  constructor(word: string) {
    this.word = word;
  }

  /** A run of its program begins. The words of its command are `serve` and the ports it listens on. */
  run(process: FakeProcess): void {
    this.#process = process;
    this.#namespace = this.#owner;
    process.onStop(() => process.exit(0));
    process.ended.addEventListener('abort', () => {
      if (this.#process !== process) return;
      this.#process = undefined;
      this.#close();
    });
    if (this.#wants) this.#listen(process);
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** The container that owns its network namespace starts: what ran in the one before is not seen in this one. */
  ownerStarts(): void {
    this.#owner += 1;
  }

  /** The ports on which its gateway sees it listen. */
  visiblePorts(): ReadonlySet<number> {
    return this.#namespace === this.#owner ? this.listeningPorts() : new Set();
  }

  /** The ports on which it listens now. */
  listeningPorts(): ReadonlySet<number> {
    return new Set(this.#servers.keys());
  }

  /** Its program listens no more, now and after a start, until `listen`. */
  stopListening(): void {
    this.#wants = false;
    this.#close();
  }

  /** Ends what `stopListening` began. */
  listen(): void {
    this.#wants = true;
    if (this.#process !== undefined) this.#listen(this.#process);
  }

  /** It takes requests, and answers none until what this returns is called. */
  hold(): () => void {
    const { promise, resolve } = deferred();
    this.#mayAnswer = promise;
    return resolve;
  }

  /** Its program writes a line. */
  say(line: string): void {
    this.#process?.write('stdout', line);
  }

  /** Its program ends. */
  exit(code: number): void {
    this.#process?.exit(code);
  }

  /** One after the other, for a port is free only when the server before is closed. */
  #listen(process: FakeProcess): void {
    const [, ...ports] = process.words;
    const isWanted = () => this.#wants && !process.ended.aborted;
    for (const port of ports.map(Number)) {
      this.#listening = this.#listening.then(async () => {
        if (this.#servers.has(port) || !isWanted()) return;
        const server = await TinyServer.listen(this.word, port, () => this.#mayAnswer);
        if (isWanted()) this.#servers.set(port, server);
        else server.close();
      });
    }
  }

  #close(): void {
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
  }
}

/** The services of all projects. */
export class Services {
  readonly #parts = new Map<string, ServicePart>();

  /** The program of service containers. */
  readonly program = (process: FakeProcess): void => this.of(process).run(process);

  /** The service that a container belongs to. */
  of({ labels }: Pick<FakeProcess, 'labels'>): ServicePart {
    return this.named(labels[label.project] ?? '', labels[label.service] ?? '');
  }

  named(project: string, service: string): ServicePart {
    const word = `${project}/${service}`;
    const known = this.#parts.get(word) ?? new ServicePart(word);
    this.#parts.set(word, known);
    return known;
  }
}
