import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../../../src/common/errors.ts';

/** How requests of a numbered load are sent. */
export type Way = 'new' | 'post' | 'kept';

/** What became of one request. */
export interface Numbered {
  /** Tells it apart from all others of the load; it is the query of its path. */
  readonly id: string;
  readonly way: Way;
  /** Milliseconds until it was answered or failed. */
  readonly ms: number;
  /** Who answered, as their header says; else the status, or the code of what went wrong. */
  readonly by: string;
}

/** Larger than what a server reads at once. */
const BODY = Buffer.alloc(10_000, 'x');

/**
 * Twenty requests a second in each of three ways: on connections of their own, the same with a body that comes a moment after
 * its head, and over a pool of kept connections. Each has a name of its own, so that whoever executes requests can tell which
 * they were.
 */
export class NumberedLoad implements AsyncDisposable {
  readonly #name: string;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pool = new Agent({ keepAlive: true });
  readonly #done: Numbered[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  /** `name`: what the names of its requests begin with; `url` without a slash at the end. */
  constructor(name: string, url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#name = name;
    this.#url = url;
    this.#headers = headers;
    this.#timer = setInterval(() => {
      for (const way of ['new', 'post', 'kept'] as const) this.#send(way);
    }, 50);
  }

  /** All that were answered or failed, in that order. */
  get done(): readonly Numbered[] {
    return this.#done;
  }

  /** Resolves when `by` has answered a request that is sent from now on. Errors: with what was said last, after `ms`. */
  async answeredBy(by: string, ms: number): Promise<void> {
    const from = this.#count;
    const end = performance.now() + ms;
    const isThere = ({ id, by: who }: Numbered) => Number(id.split('-').at(-1)) > from && who === by;
    while (!this.#done.some(isThere)) {
      if (performance.now() > end) throw new Error(`${by} does not answer: ${this.report()}`);
      await pause(20);
    }
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    this.#pool.destroy();
  }

  /** How many requests of each way got what, and how long the slowest took. */
  report(): string {
    const counts = new Map<string, number>();
    for (const { way, by } of this.#done) counts.set(`${way} ${by}`, (counts.get(`${way} ${by}`) ?? 0) + 1);
    const slowest = Math.max(0, ...this.#done.map(({ ms }) => ms));
    return `${this.#name}: ${[...counts].map(([what, count]) => `${what}: ${count}`).join(', ')}; slowest ${Math.round(slowest)} ms`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #send(way: Way): void {
    this.#count += 1;
    const id = `${this.#name}-${way}-${this.#count}`;
    const begin = performance.now();
    const sent = this.#ask(way, id).then((by) => {
      this.#underWay.delete(sent);
      this.#done.push({ id, way, by, ms: performance.now() - begin });
    });
    this.#underWay.add(sent);
  }

  #ask(way: Way, id: string): Promise<string> {
    return new Promise((resolve) => {
      const failed = (error: Error) => resolve(systemCode(error) ?? error.message);
      const outgoing = request(
        `${this.#url}/?${id}`,
        {
          agent: way === 'kept' ? this.#pool : false,
          method: way === 'post' ? 'POST' : 'GET',
          headers: { ...this.#headers, ...(way === 'post' && { 'content-length': BODY.length }) },
          timeout: 20_000,
        },
        (answer) => {
          const by = answer.headers['x-answered-by'];
          answer.resume().on('error', failed);
          answer.on('end', () => resolve(typeof by === 'string' ? by : String(answer.statusCode)));
        },
      );
      outgoing.on('error', failed).on('timeout', () => outgoing.destroy(new Error('timeout')));
      if (way !== 'post') outgoing.end();
      else {
        outgoing.flushHeaders();
        setTimeout(() => outgoing.end(BODY), 2);
      }
    });
  }
}
