import type { Duplex } from 'node:stream';
import type { ContainerSpec } from '../../src/engine/index.ts';
import type { PlacedFile } from '../../src/model/container-settings.ts';
import type { LogLine, LogOptions, UnitInfo, UnitSummary } from '../../src/runner/index.ts';
import { duplexPair } from './duplex-pair.ts';
import type { StoredImage } from './fake-images.ts';
import type { TakenPort } from './fake-ports.ts';
import type { FakeProgram } from './fake-program.ts';
import { Feed } from './feed.ts';
import { Valve } from './valve.ts';

/** What one start of a container is given. */
export interface FakeStart {
  readonly program: FakeProgram;
  readonly ports: readonly TakenPort[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Called once, when the program has ended. */
  readonly onEnd: () => void;
}

/** One container of a fake engine: its facts, its output, and the life of its program. */
export class FakeContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  /** What was put into it before its start. */
  readonly files: PlacedFile[] = [];
  readonly networkMode: string;
  readonly #image: StoredImage;
  readonly #output: LogLine[] = [];
  readonly #lines = new Feed<LogLine>();
  /** What lies between its program and whoever dials it. */
  #valve = new Valve();
  #run: Run | undefined;
  #verdict: { readonly health: 'healthy' | 'unhealthy'; readonly output: string } | undefined;
  #state: 'created' | 'running' | 'exited' = 'created';
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #exitCode: number | undefined;
  #outOfMemory = false;

  constructor(id: string, spec: ContainerSpec, networkMode: string, image: StoredImage) {
    this.id = id;
    this.spec = spec;
    this.networkMode = networkMode;
    this.#image = image;
  }

  get valve(): Valve {
    return this.#valve;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** What it publishes while it runs. */
  get ports(): readonly TakenPort[] {
    return this.#run?.start.ports ?? [];
  }

  /** Entrypoint and command. An entrypoint of its own puts the image's command out of force. */
  get words(): readonly string[] {
    const { entrypoint, command } = this.spec;
    const imageCommand = entrypoint === undefined ? this.#image.command : [];
    return [...(entrypoint ?? this.#image.entrypoint), ...(command ?? imageCommand)];
  }

  /** False when the image is known to lack the program. */
  get hasProgram(): boolean {
    return this.#image.executables === undefined || this.#image.executables.includes(this.words[0] ?? '');
  }

  start(start: FakeStart): void {
    const run: Run = {
      start,
      ended: new AbortController(),
      sockets: new Map(),
      streams: new Map(),
      onStop: [],
      stopAsked: false,
    };
    this.#run = run;
    this.#state = 'running';
    this.#startedAt = start.at;
    this.#exitCode = undefined;
    this.#endedAt = undefined;
    this.#outOfMemory = false;
    this.#verdict = undefined;
    // As with a real one, the start is over before the program has done anything.
    setImmediate(() => this.#begin(run));
  }

  /** Ends the program from outside. Nothing happens when it does not run. */
  end(exitCode: number, outOfMemory = false): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    this.#state = 'exited';
    this.#exitCode = exitCode;
    this.#endedAt = Date.now();
    this.#outOfMemory = outOfMemory;
    run.ended.abort();
    for (const stream of run.streams.keys()) stream.destroy();
    this.#lines.end();
    run.start.onEnd();
  }

  /** Asks the program to end and kills it after `graceMs`. Nothing happens when it does not run. */
  async stop(graceMs: number): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.stopAsked = true;
    for (const callback of run.onStop) callback();
    if (run.ended.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.end(137), graceMs);
      run.ended.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** One end of a stream whose other end the program got; undefined when nobody listens there. */
  dial(socketPath: string): Duplex | undefined {
    const run = this.#run;
    const onConnection = run?.sockets.get(socketPath);
    if (run === undefined || onConnection === undefined) return undefined;
    const [caller, callee] = duplexPair(this.valve);
    run.streams.set(callee, caller);
    callee.on('close', () => run.streams.delete(callee));
    // A caller that goes away is no news to the program beyond the end of the stream.
    callee.on('error', () => {});
    onConnection(callee);
    return caller;
  }

  /** Breaks the streams to its program at one of their ends; the other never hears of it. */
  breakAt(end: 'caller' | 'program'): void {
    // Its end must not get through.
    this.#valve.shut();
    this.#valve = new Valve();
    for (const [callee, caller] of this.#run?.streams ?? []) (end === 'program' ? callee : caller).destroy();
  }

  /** Its health test comes to a verdict; a start begins anew. */
  judge(health: 'healthy' | 'unhealthy', output: string): void {
    this.#verdict = { health, output };
  }

  /** Lines, oldest first; with `follow` those to come as well, until the program ends. */
  async *log({ follow, tail, since }: LogOptions, signal?: AbortSignal): AsyncGenerator<LogLine> {
    const further = follow && this.isRunning ? this.#lines.subscribe(signal) : undefined;
    const recent = this.#output.filter(({ at }) => since === undefined || at >= since);
    const past = tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail));
    for (const line of past) {
      if (signal?.aborted) return;
      yield line;
    }
    if (further !== undefined) yield* further;
  }

  summary(): UnitSummary {
    const { name, labels } = this.spec;
    return {
      id: this.id,
      name,
      labels,
      state: this.#state,
      imageId: this.#image.id,
      networkMode: this.networkMode,
    };
  }

  info(): UnitInfo {
    const declared = this.spec.ports.filter((port) => port.protocol === 'tcp').map((port) => port.target);
    return {
      ...this.summary(),
      environment: this.#environment(),
      exitCode: this.#exitCode,
      outOfMemory: this.#outOfMemory,
      // Nothing is tested here: a test of ours says what came out.
      health: this.#isTested ? (this.#verdict?.health ?? 'starting') : undefined,
      healthOutput: this.#verdict?.output ?? '',
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      publishedPorts: this.ports,
      exposedPorts: [...new Set([...this.#image.exposedPorts, ...declared])].sort((a, b) => a - b),
    };
  }

  get #isTested(): boolean {
    const { healthcheck } = this.spec;
    return healthcheck !== undefined && healthcheck.kind !== 'none';
  }

  #environment(): Readonly<Record<string, string>> {
    return { ...this.#image.environment, ...this.spec.environment };
  }

  #begin(run: Run): void {
    if (run.ended.signal.aborted) return;
    const write = (stream: LogLine['stream'], line: string) => {
      if (run.ended.signal.aborted) return;
      const written = { stream, line, at: Date.now() };
      this.#output.push(written);
      this.#lines.publish(written);
    };
    const exit = (code: number) => {
      if (!run.ended.signal.aborted) this.end(code);
    };
    try {
      run.start.program({
        words: this.words,
        labels: this.spec.labels,
        environment: this.#environment(),
        ended: run.ended.signal,
        write,
        listen: (socketPath, onConnection) => run.sockets.set(socketPath, onConnection),
        onStop: (callback) => {
          run.onStop.push(callback);
          // It may have been asked before it did anything.
          if (run.stopAsked) callback();
        },
        exit,
      });
    } catch (error) {
      // The container crashes, and its output says why, as with a real program.
      write('stderr', String(error));
      exit(1);
    }
  }
}

/** The life of a program, from a start of the container to its end. */
interface Run {
  readonly start: FakeStart;
  readonly ended: AbortController;
  readonly sockets: Map<string, (stream: Duplex) => void>;
  /** The program's ends of open streams, with the callers'. */
  readonly streams: Map<Duplex, Duplex>;
  readonly onStop: (() => void)[];
  stopAsked: boolean;
}
