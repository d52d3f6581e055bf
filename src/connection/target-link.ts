import { unlessAborted, withDeadline } from '../common/deadline.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import { supervised } from '../common/supervised.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { Reporter } from '../model/event.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { type Place, type Platform, type Target, targetUnsupported } from '../platform/index.ts';
import type { AgentLink, AgentsListener } from './agent-link.ts';
import { EnteredPlaces } from './entered-places.ts';
import { firstConnected, type PlaceLink, type PlaceListener } from './place-link.ts';
import type { Places } from './places.ts';
import { programFault } from './program-fault.ts';
import { NOT_RUNNING, ToldSide } from './told-side.ts';

/** Failures in a row after which people are told that changes of the target are not seen. */
const WORTH_TELLING = 3;

/** How long the first place of a target that is only just being started may take to have a network. */
const FIRST_PLACE = { name: 'the network of the target', ms: 30_000 } as const;

/** What a target link works with. */
export interface TargetLinkOptions {
  readonly platform: Platform;
  readonly places: Places;
  readonly report: Reporter;
  /** Of which kind its agents are at first. */
  readonly agentKind: AgentKind;
}

/** The agents of one target, wherever it runs: its restarts, replacements and replicas are followed. */
export class TargetLink {
  readonly #reference: TargetRef;
  readonly #options: TargetLinkOptions;
  readonly #ended = new AbortController();
  #agentKind: AgentKind;
  readonly #entered: EnteredPlaces;
  readonly #listeners = new Set<AgentsListener>();
  #said = '';
  readonly #side: ToldSide;

  constructor(reference: TargetRef, options: TargetLinkOptions) {
    this.#reference = reference;
    this.#options = options;
    this.#agentKind = options.agentKind;
    this.#entered = new EnteredPlaces(options.places, this.#relay);
    this.#side = new ToldSide(
      (placeId) => this.#entered.troubleAt(placeId),
      (side) => this.#tell((listener) => listener.targetChanged(side)),
    );
  }

  /** Of which kind its agents are. */
  get agentKind(): AgentKind {
    return this.#agentKind;
  }

  /** Connects to an agent at every place. Errors: `target-not-found`, `target-unsupported`, `agent-failed`, `cancelled`. */
  async open(signal: AbortSignal): Promise<void> {
    // What changes meanwhile is caught up with as soon as it is followed.
    const target = await this.#resolve(signal, 'a moment ago');
    this.#side.found(target);
    const links = target.places.map((place) => this.#enter(place));
    await this.#connected(links, signal);
    for (const link of links) if (link.place.isStarting) this.#tellOpened(link);
    void this.#follow(target);
  }

  /**
   * Goes on by agents that take ports over, beside which those until now stay until the others are connected. Nothing
   * happens where it has such. Errors: those of `open`; then it goes on as before.
   */
  async becomeNet(signal: AbortSignal): Promise<void> {
    if (this.#agentKind === 'net') return;
    this.#agentKind = 'net';
    try {
      await this.#entered.changeKind('net', (links) => this.#connected(links, signal));
    } catch (error) {
      this.#agentKind = 'plain';
      throw error;
    }
  }

  /** Whether it ran anywhere when it was looked for last. */
  get isAnywhere(): boolean {
    return this.#side.now.places.length > 0;
  }

  /** Agents that are connected now. */
  agents(): readonly AgentLink[] {
    return this.#entered.agents();
  }

  /** Tells a listener of the target and its agents, at once of those that are there. Returns what ends it. */
  follow(listener: AgentsListener): () => void {
    this.#listeners.add(listener);
    listener.targetChanged(this.#side.now);
    for (const agent of this.agents()) listener.up(agent);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Leaves the agents; those that serve nobody else end. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#side.close();
    await this.#entered.leaveAll();
  }

  /** Waits for the agents of all places, but for those that are only just being started: of these for one. */
  async #connected(links: readonly PlaceLink[], signal: AbortSignal): Promise<void> {
    const there = links.filter(({ place }) => !place.isStarting);
    if (there.length === 0 && links.length > 0) return this.#firstOf(links, signal);
    await Promise.all(there.map((link) => firstConnected(link, signal)));
  }

  /** Errors: `target-unsupported` when no place comes to be in time; else the first failure. */
  async #firstOf(links: readonly PlaceLink[], signal: AbortSignal): Promise<void> {
    const opening = Promise.any(links.map((link) => firstConnected(link, signal)));
    try {
      await withDeadline(FIRST_PLACE, signal, () => opening);
    } catch (error) {
      if (error instanceof AggregateError) throw error.errors[0];
      if (!(error instanceof DevenvError) || error.code !== 'deadline-passed') throw error;
      throw targetUnsupported(
        this.#reference,
        `nothing of it has a network, ${FIRST_PLACE.ms / 1000} s after it was found`,
        'find out what keeps it from starting, e.g. with kubectl describe pod',
        links.map(({ place: { name, trouble } }) => `${name}: ${trouble ?? 'is being started'}`),
      );
    }
  }

  #enter(place: Place): PlaceLink {
    return this.#entered.enter(place, this.#agentKind);
  }

  readonly #relay: PlaceListener = {
    up: (agent) => {
      this.#side.changed();
      this.#tell((listener) => listener.up(agent));
    },
    down: (agent) => this.#tell((listener) => listener.down(agent)),
    said: (agent, event) => {
      if (event.type === 'fault')
        this.#options.report(programFault(`agent at ${agent.place}`, event.message));
      else this.#tell((listener) => listener.said(agent, event));
    },
    silenceChanged: (agent) => this.#tell((listener) => listener.silenceChanged(agent)),
    troubled: (state, reason) => this.#state(state, reason),
    troubleChanged: () => this.#side.changed(),
    gaveUp: (error) => this.#options.report({ type: 'error', error }),
  };

  /** What happened while nobody watched is caught up with by looking where the target runs now. */
  async #follow(first: Target): Promise<void> {
    let target = first;
    let told = false;
    await supervised(
      {
        live: async (stands, signal) => {
          const changes = this.#options.platform.watchTarget(target, signal);
          target = (await this.#settle(signal)) ?? target;
          stands();
          for await (const _ of changes) target = (await this.#settle(signal)) ?? target;
        },
        onLost: (why, failures) => {
          if (failures !== WORTH_TELLING) return;
          told = true;
          const reason = why === undefined ? 'its watch ends again and again' : messageOf(why);
          this.#state('lost', `changes of the target are not seen: ${reason}; still trying`);
        },
        onBack: () => {
          if (told) this.#state('up', 'changes of the target are seen again');
          told = false;
        },
      },
      this.#ended.signal,
    );
  }

  /**
   * Leaves places that are gone and enters new ones, whose agents come when they can. Undefined when the target runs
   * nowhere. Errors: when the platform does not answer, which says nothing of the target.
   */
  async #settle(signal: AbortSignal): Promise<Target | undefined> {
    const target = await this.#resolveAgain(signal);
    if (signal.aborted) return undefined;
    const places = target?.places ?? [];
    this.#entered.keepOnly(places);
    this.#side.found(target);
    if (target === undefined) this.#state('lost', NOT_RUNNING);
    for (const place of places) {
      if (this.#entered.has(place.id)) continue;
      this.#tellOpened(this.#enter(place));
    }
    return target;
  }

  /** A place that came later has its agent, or cannot get one for now. */
  #tellOpened({ opened, place }: PlaceLink): void {
    opened.then(
      () => this.#state('up', `followed to ${place.name}`),
      (error) => this.#entered.has(place.id) && this.#state('lost', messageOf(error)),
    );
  }

  async #resolveAgain(signal: AbortSignal): Promise<Target | undefined> {
    try {
      return await this.#resolve(signal);
    } catch (error) {
      const isGone =
        error instanceof DevenvError &&
        (error.code === 'target-not-found' || error.code === 'target-unsupported');
      if (isGone) return undefined;
      throw error;
    }
  }

  #resolve(signal: AbortSignal, seen: 'now' | 'a moment ago' = 'now'): Promise<Target> {
    const resolving = this.#options.platform.resolveTarget(this.#reference, seen);
    return unlessAborted('the look for the target', signal, resolving);
  }

  #tell(say: (listener: AgentsListener) => void): void {
    for (const listener of [...this.#listeners]) say(listener);
  }

  #state(state: 'up' | 'lost', reason: string): void {
    const words = `${state} ${reason}`;
    if (words === this.#said || this.#ended.signal.aborted) return;
    this.#said = words;
    this.#options.report({ type: 'state', resource: `agent/${targetText(this.#reference)}`, state, reason });
  }
}
