/** How much streams may hold, in bytes. */
export interface Bounds {
  /** What all streams of a program together may have on the way to it unread. */
  readonly inAll: number;
  /** What one of them may have at most, however few there are, where the other end is near. */
  readonly perStream: number;
  /** The same where it is far: there a window is all that goes through in a round trip. Default: `perStream`. */
  readonly perFarStream?: number;
  /** How many there may be. */
  readonly streams: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * An agent is a guest in somebody else's memory: so much, and streams are slowed down rather than that it takes more.
 * On the machine of a user there is more room.
 */
export const BOUNDS = {
  agent: { inAll: 4 * MIB, perStream: MIB, perFarStream: 4 * MIB, streams: 1000 },
  gateway: { inAll: 64 * MIB, perStream: MIB, perFarStream: 16 * MIB, streams: 20_000 },
} as const satisfies Record<string, Bounds>;

/** What one stream shall be able to carry in a millisecond, bytes: as much as a node gives through its API server. */
const BYTES_PER_MS = 100_000;

/** With less a stream would be told of each piece that it may send on. */
const LEAST_WINDOW = 16 * KIB;

/**
 * What the streams of all tunnels of a program share. Each may have as much unread as there is for all, divided by how many
 * there are: HTTP/2 in Node bounds what one stream has on the way, and nothing else. What older ones have unread already,
 * they keep. Windows are powers of two, and grow only when there is room for twice of it, so that they do not change with
 * each stream that comes and goes. The longer the round trip to the other end, the more one stream may have.
 */
export class StreamBudget {
  readonly #bounds: Bounds;
  /** Round trips of the tunnels, milliseconds. */
  readonly #roundTrips = new Map<object, number>();
  #perStream: number;
  readonly #followers = new Set<(window: number) => void>();
  #streams = 0;
  #window: number;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#perStream = bounds.perStream;
    this.#window = this.#windowFor(1);
  }

  /** What each stream may have on the way unread, bytes: at least 16 KiB, and a power of two. */
  get window(): number {
    return this.#window;
  }

  /** How many streams there are now. */
  get streams(): number {
    return this.#streams;
  }

  /** There are as many as there may be: a tunnel opens and serves no further one. */
  get isFull(): boolean {
    return this.#streams >= this.#bounds.streams;
  }

  /** Calls `changed` whenever the window is another one. Returns what ends that. */
  follow(changed: (window: number) => void): () => void {
    this.#followers.add(changed);
    return () => this.#followers.delete(changed);
  }

  /** A round trip of a tunnel takes so many milliseconds; undefined = the tunnel is gone. */
  delayed(tunnel: object, ms: number | undefined): void {
    if (ms === undefined) this.#roundTrips.delete(tunnel);
    else this.#roundTrips.set(tunnel, ms);
    const { perStream, perFarStream = perStream } = this.#bounds;
    const carried = 2 ** Math.ceil(Math.log2(BYTES_PER_MS * Math.max(0.001, ...this.#roundTrips.values())));
    const wanted = Math.min(Math.max(carried, perStream), perFarStream);
    // A little more or less is no reason to tell every tunnel.
    if (wanted <= this.#perStream && wanted > this.#perStream / 4) return;
    this.#perStream = wanted;
    this.#change(this.#windowFor(this.#streams));
  }

  /** There is a stream more. Returns what is called, once, when it is gone. */
  enter(): () => void {
    this.#count(1);
    let isIn = true;
    return () => {
      if (isIn) this.#count(-1);
      isIn = false;
    };
  }

  #count(more: number): void {
    this.#streams += more;
    const fits = this.#windowFor(this.#streams);
    const fitsTwice = this.#windowFor(2 * this.#streams);
    this.#change(fits < this.#window ? fits : Math.max(fitsTwice, this.#window));
  }

  #change(window: number): void {
    if (window === this.#window) return;
    this.#window = window;
    for (const changed of this.#followers) changed(window);
  }

  #windowFor(streams: number): number {
    const share = Math.min(this.#perStream, this.#bounds.inAll / Math.max(streams, 1));
    return Math.max(LEAST_WINDOW, 2 ** Math.floor(Math.log2(share)));
  }
}
