import { Link, type LinkListener } from './link.ts';
import type { Upstream } from './route.ts';

/** The connections of one caller to its upstreams, each under its key. */
export class Links {
  readonly #listener: LinkListener;
  readonly #byKey = new Map<object | string, Link>();
  /** Those that end when what is in flight there is answered; another may have been opened to the same upstream. */
  readonly #leaving = new Set<Link>();

  constructor(listener: LinkListener) {
    this.#listener = listener;
  }

  /** The connection that is open to an upstream, or a new one. */
  to(upstream: Upstream): Link {
    return this.#byKey.get(upstream.key) ?? this.#open(upstream);
  }

  /** The one that is open to an upstream of this key. */
  at(key: object | string): Link | undefined {
    return this.#byKey.get(key);
  }

  /** From now on it serves nobody new. */
  forget(link: Link): void {
    this.#leaving.delete(link);
    if (this.#byKey.get(link.upstream.key) === link) this.#byKey.delete(link.upstream.key);
  }

  /** It ends when it is idle; see `isLeaving`. */
  leave(link: Link): void {
    this.forget(link);
    this.#leaving.add(link);
  }

  isLeaving(link: Link): boolean {
    return this.#leaving.has(link);
  }

  /** Calls `end` for each connection but `kept`, and forgets them all. */
  end(end: (link: Link) => void, kept?: Link): void {
    const all = [...this.#byKey.values(), ...this.#leaving];
    this.#byKey.clear();
    this.#leaving.clear();
    for (const link of all) if (link !== kept) end(link);
  }

  #open(upstream: Upstream): Link {
    const link = new Link(upstream, this.#listener);
    this.#byKey.set(upstream.key, link);
    return link;
  }
}
