import { Agent } from 'node:http';
import { systemCode } from '../../../src/common/errors.ts';
import { ask } from './ask.ts';

/** One request of the load. */
export interface ProbeRequest {
  /** When it was sent, milliseconds since the probe's start. */
  readonly at: number;
  /** Milliseconds until it was answered or failed. */
  readonly ms: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  /** Who answered: `original`, `local`, `sidecar`; undefined when nobody did. */
  readonly by: string | undefined;
  /** What went wrong, with the beginning of an answer that tells of it; undefined when all is well. */
  readonly error: string | undefined;
}

/** What load. */
export interface ProbeOptions {
  /** `new`: each request on a connection of its own. `keep-alive`: over a pool of kept connections. */
  readonly connections: 'new' | 'keep-alive';
  /** `/` answers at once, `/slow` after 300 ms. */
  readonly path: '/' | '/slow';
  /** Default 20. */
  readonly perSecond?: number;
}

/** A change of who answers, in the order in which requests were sent. */
export interface Transition {
  /** When the first request of the new one was sent, milliseconds since the probe's start. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/** Starts a load on `url` (without a slash at the end). Disposing stops it. */
export function startProbe(url: string, options: ProbeOptions): Probe {
  return new Probe(url, options);
}

/** A steady load from before a switch to after it, which remembers each request. */
export class Probe implements AsyncDisposable {
  readonly #title: string;
  readonly #url: string;
  readonly #agent: Agent | undefined;
  readonly #start = performance.now();
  readonly #requests: ProbeRequest[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #watchers = new Set<(request: ProbeRequest) => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, { connections, path, perSecond = 20 }: ProbeOptions) {
    this.#title = `${connections} connections, ${path}, ${perSecond}/s`;
    this.#url = `${url}${path}`;
    this.#agent = connections === 'keep-alive' ? new Agent({ keepAlive: true }) : undefined;
    this.#timer = setInterval(() => this.#send(), 1000 / perSecond);
  }

  /** All finished requests, in the order in which they were sent. */
  get requests(): readonly ProbeRequest[] {
    return this.#requests.toSorted((a, b) => a.at - b.at);
  }

  /** Whether its requests share kept connections. */
  get keepsConnections(): boolean {
    return this.#agent !== undefined;
  }

  /** Milliseconds since the probe's start, the clock of its requests. */
  elapsed(): number {
    return performance.now() - this.#start;
  }

  /** Requests without an answer, or with another status than 200. */
  get failures(): readonly ProbeRequest[] {
    return this.requests.filter((request) => request.status !== 200);
  }

  /** Every change of who answers. */
  get transitions(): readonly Transition[] {
    const answered = this.requests.flatMap(({ at, by }) => (by === undefined ? [] : [{ at, by }]));
    return answered.flatMap(({ at, by }, index) => {
      const from = answered[index - 1]?.by ?? by;
      return from === by ? [] : [{ at, from, to: by }];
    });
  }

  /**
   * Milliseconds from now until `by` has answered a request that is sent from now on.
   * Errors: with the report, when that has not happened within `ms`.
   */
  answeredBy(by: string, ms: number): Promise<number> {
    const now = performance.now() - this.#start;
    return new Promise((resolve, reject) => {
      const look = (request: ProbeRequest) => {
        if (request.by !== by || request.at < now) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(request.at + request.ms - now);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`${by} has not answered within ${ms / 1000} s\n${this.report()}`));
      }, ms);
      this.#watchers.add(look);
    });
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    this.#agent?.destroy();
  }

  /** Counts, changes of who answers, and each failure with its time: for people and for failed expectations. */
  report(): string {
    const { requests, failures, transitions } = this;
    const counts = new Map<string, number>();
    for (const { by } of requests) if (by !== undefined) counts.set(by, (counts.get(by) ?? 0) + 1);
    const times = requests.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return [
      `probe (${this.#title}): ${requests.length} requests, ${failures.length} failed`,
      `  answered by ${[...counts].map(([by, count]) => `${by} ${count}`).join(', ') || 'nobody'}`,
      `  median ${round(times[Math.floor(times.length / 2)])} ms, slowest ${round(times.at(-1))} ms`,
      ...transitions.map(({ at, from, to }) => `  ${seconds(at)}  ${from} → ${to}`),
      ...failures.map(
        ({ at, ms, error }) => `  ${seconds(at)}  failed after ${round(ms)} ms: ${error ?? ''}`,
      ),
    ].join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #send(): void {
    const sent = this.#ask().then((request) => {
      this.#underWay.delete(sent);
      this.#requests.push(request);
      for (const look of [...this.#watchers]) look(request);
    });
    this.#underWay.add(sent);
  }

  async #ask(): Promise<ProbeRequest> {
    const begin = performance.now();
    const at = begin - this.#start;
    try {
      const { status, by, body } = await ask(
        this.#url,
        this.#agent === undefined ? {} : { agent: this.#agent },
      );
      const words = status === 200 ? undefined : `status ${status} from ${by}: ${body.slice(0, 200)}`;
      return { at, ms: performance.now() - begin, status, by, error: words };
    } catch (error) {
      const words = [systemCode(error), error instanceof Error ? error.message : String(error)];
      const text = words.filter((word) => word !== undefined).join(' ');
      return { at, ms: performance.now() - begin, status: undefined, by: undefined, error: text };
    }
  }
}

function round(ms: number | undefined): string {
  return (ms ?? 0).toFixed(1);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(7)} s`;
}
