import type { AgentKind } from '../model/agent-kind.ts';
import type { Place } from '../platform/index.ts';
import { PlaceLink, type PlaceLinkOptions } from './place-link.ts';
import { Placements } from './placements.ts';

/**
 * The places a session is connected with, each once for each kind of agent: two targets that run in one network namespace,
 * such as two containers of a pod, share its agent. One that is bridged and one that is not have one each.
 */
export class Places {
  readonly #options: PlaceLinkOptions;
  readonly #entered = new Map<string, Entered>();

  constructor(options: Omit<PlaceLinkOptions, 'placements'>) {
    // Counted for as long as the session lives, however often a place is left and entered.
    this.#options = { ...options, placements: new Placements() };
  }

  /** The link to a place, made by whoever comes first. Each call is ended by one of `leave` or `abandon`. */
  enter(place: Place, agentKind: AgentKind): PlaceLink {
    const key = keyOf({ place, agentKind });
    const link = () => new PlaceLink(place, agentKind, this.#options);
    const known = this.#entered.get(key) ?? { link: link(), users: 0 };
    known.users += 1;
    this.#entered.set(key, known);
    return known.link;
  }

  /** Whoever leaves last gives the agent back. */
  async leave(link: PlaceLink): Promise<void> {
    if (this.#isLast(link)) await link.close();
  }

  /** The place itself is gone, or about to be: the agent is not given back, only what is in flight there ends. */
  abandon(link: PlaceLink): void {
    if (this.#isLast(link)) link.abandon();
  }

  #isLast(link: PlaceLink): boolean {
    const known = this.#entered.get(keyOf(link));
    if (known?.link !== link) return false;
    known.users -= 1;
    if (known.users > 0) return false;
    this.#entered.delete(keyOf(link));
    return true;
  }
}

function keyOf({ place, agentKind }: Pick<PlaceLink, 'place' | 'agentKind'>): string {
  return `${agentKind} ${place.id}`;
}

interface Entered {
  readonly link: PlaceLink;
  /** Targets that use it. */
  users: number;
}
