/** How much streams may hold. All in bytes. */
export interface Bounds {
  /** What all streams of a program together may have on the way to it unread. */
  readonly inAll: number;
  /** What one of them may have at most, however few there are. */
  readonly perStream: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * An agent is a guest in somebody else's memory: so much, and streams are slowed down rather than that it takes more.
 * On the machine of a user there is more room.
 */
export const BOUNDS = {
  agent: { inAll: 4 * MIB, perStream: MIB },
  gateway: { inAll: 64 * MIB, perStream: MIB },
} as const satisfies Record<string, Bounds>;

/** With less a stream would be told of each piece that it may send on. */
const LEAST_WINDOW = 16 * KIB;

/**
 * What the streams of all tunnels of a program share. Each may have as much unread as there is for all, divided by how many
 * there are: HTTP/2 in Node bounds what one stream has on the way, and nothing else. What older ones have unread already,
 * they keep. Windows are powers of two, and grow only when there is room for twice of it, so that they do not change with
 * each stream that comes and goes.
 */
export class StreamBudget {
  readonly #bounds: Bounds;
  readonly #followers = new Set<(window: number) => void>();
  #streams = 0;
  #window: number;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#window = windowFor(bounds, 1);
  }

  /** What each stream may have on the way unread, bytes: at least 16 KiB, and a power of two. */
  get window(): number {
    return this.#window;
  }

  /** How many streams there are now. */
  get streams(): number {
    return this.#streams;
  }

  /** Calls `changed` whenever the window is another one. Returns what ends that. */
  follow(changed: (window: number) => void): () => void {
    this.#followers.add(changed);
    return () => this.#followers.delete(changed);
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
    const fits = windowFor(this.#bounds, this.#streams);
    const fitsTwice = windowFor(this.#bounds, 2 * this.#streams);
    const window = fits < this.#window ? fits : Math.max(fitsTwice, this.#window);
    if (window === this.#window) return;
    this.#window = window;
    for (const changed of this.#followers) changed(window);
  }
}

function windowFor({ inAll, perStream }: Bounds, streams: number): number {
  const share = Math.min(perStream, inAll / Math.max(streams, 1));
  return Math.max(LEAST_WINDOW, 2 ** Math.floor(Math.log2(share)));
}
