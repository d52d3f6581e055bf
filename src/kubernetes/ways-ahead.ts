import type { ClusterApi } from './api.ts';
import type { SpdyConnection } from './spdy-connection.ts';

/** So long is a connection kept that nobody takes, milliseconds: as long as an agent may take to begin, and a little. */
const KEPT_MS = 10_000;

/** A connection that is being opened, or is open. */
interface Way {
  readonly connection: Promise<SpdyConnection>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Connections to pods that are opened before they are needed: three round trips that somebody who waits for an agent to
 * begin does not notice.
 */
class WaysAhead {
  readonly #ways = new Map<string, Way[]>();

  /** Sees to it that so many are open, or are being opened. */
  prepare(path: string, count: number, open: () => Promise<SpdyConnection>): void {
    for (let there = this.#ways.get(path)?.length ?? 0; there < count; there += 1) this.#open(path, open());
  }

  /** One of them; undefined when there is none. Errors: why it could not be opened. */
  async take(path: string): Promise<SpdyConnection | undefined> {
    const [way] = this.#ways.get(path) ?? [];
    if (way === undefined) return undefined;
    clearTimeout(way.timer);
    this.#forget(path, way);
    const connection = await way.connection;
    connection.hold(true);
    return connection;
  }

  #open(path: string, connection: Promise<SpdyConnection>): void {
    const timer = setTimeout(() => {
      this.#forget(path, way);
      connection.then((unused) => unused.destroy(), ignore);
    }, KEPT_MS).unref();
    const way: Way = { connection, timer };
    this.#ways.set(path, [...(this.#ways.get(path) ?? []), way]);
    // Whoever takes it hears why it could not be opened.
    connection.then((opened) => opened.hold(!this.#isWaiting(path, way)), ignore);
  }

  #isWaiting(path: string, way: Way): boolean {
    return this.#ways.get(path)?.includes(way) ?? false;
  }

  #forget(path: string, way: Way): void {
    const left = (this.#ways.get(path) ?? []).filter((other) => other !== way);
    if (left.length === 0) this.#ways.delete(path);
    else this.#ways.set(path, left);
  }
}

const all = new WeakMap<ClusterApi, WaysAhead>();

/** Those to the pods of one cluster's namespace. */
export function waysOf(api: ClusterApi): WaysAhead {
  const ways = all.get(api) ?? new WaysAhead();
  all.set(api, ways);
  return ways;
}

function ignore(): void {
  // Told elsewhere.
}
