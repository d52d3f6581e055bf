import type { AgentKind } from '../model/agent-kind.ts';
import type { Place } from '../platform/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { PlaceLink, PlaceListener } from './place-link.ts';
import type { Places } from './places.ts';

/** The places of one target that are entered, each by an agent of one kind. */
export class EnteredPlaces {
  readonly #places: Places;
  readonly #listener: PlaceListener;
  readonly #entered = new Map<string, Entered>();

  /** `listener` hears of the agents; one that is left is down for it, though another target may still use it. */
  constructor(places: Places, listener: PlaceListener) {
    this.#places = places;
    this.#listener = listener;
  }

  has(placeId: string): boolean {
    return this.#entered.has(placeId);
  }

  /** Why there is no agent at a place, as far as that is known; see `PlaceLink.trouble`. */
  troubleAt(placeId: string): string | undefined {
    return this.#entered.get(placeId)?.link.trouble;
  }

  /** Agents that are connected now. */
  agents(): readonly AgentLink[] {
    return [...this.#entered.values()].flatMap(({ link }) => link.agent ?? []);
  }

  enter(place: Place, agentKind: AgentKind): PlaceLink {
    const link = this.#places.enter(place, agentKind);
    this.#entered.set(place.id, { link, unfollow: link.follow(this.#listener) });
    return link;
  }

  /**
   * Enters all of them by agents of another kind. Those until now stay until `connected` resolves, and stay for good when it
   * does not. Errors: those of `connected`.
   */
  async changeKind(
    agentKind: AgentKind,
    connected: (links: readonly PlaceLink[]) => Promise<void>,
  ): Promise<void> {
    const before = new Map(this.#entered);
    let unwanted: ReadonlyMap<string, Entered> = before;
    const links = [...before.values()].map(({ link }) => this.enter(link.place, agentKind));
    try {
      await connected(links);
    } catch (error) {
      unwanted = this.#putBack(before);
      throw error;
    } finally {
      await Promise.all([...unwanted.values()].map((entered) => this.#leave(entered)));
    }
  }

  /** Lets go of places that are gone. */
  keepOnly(places: readonly Place[]): void {
    for (const [id, entered] of this.#entered) {
      if (places.some((place) => place.id === id)) continue;
      this.#entered.delete(id);
      // For this target it is gone, though another one may still use the agent. Bridges give back before it is left.
      this.#unfollow(entered);
      this.#places.abandon(entered.link);
    }
  }

  /** Leaves the agents; those that serve nobody else end. Nobody hears of it. */
  async leaveAll(): Promise<void> {
    const left = [...this.#entered.values()];
    this.#entered.clear();
    for (const { unfollow } of left) unfollow();
    await Promise.all(left.map(({ link }) => this.#places.leave(link)));
  }

  /** Returns what was there instead. What has no place any more, because it is gone or left, is not put back. */
  #putBack(before: ReadonlyMap<string, Entered>): ReadonlyMap<string, Entered> {
    const others = [...before].map(([id, entered]) => {
      const other = this.#entered.get(id);
      if (other !== undefined) this.#entered.set(id, entered);
      return [id, other ?? entered] as const;
    });
    return new Map(others);
  }

  async #leave(entered: Entered): Promise<void> {
    this.#unfollow(entered);
    await this.#places.leave(entered.link);
  }

  #unfollow({ link, unfollow }: Entered): void {
    unfollow();
    if (link.agent !== undefined) this.#listener.down(link.agent);
  }
}

interface Entered {
  readonly link: PlaceLink;
  readonly unfollow: () => void;
}
