import { randomBytes } from 'node:crypto';
import { pause, unlessAborted } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import type { Reporter } from '../model/event.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { TargetRef } from '../model/workspace.ts';
import { targetText } from '../model/workspace.ts';
import type { Place, Platform, Target } from '../platform/index.ts';
import { AgentLink, type AgentsListener } from './agent-link.ts';

/** Pauses between attempts to get a lost agent back, milliseconds. */
const AGAIN_MS = [200, 400, 800, 1600, 3200, 5000];

/** How long an agent that ends may take to be gone, milliseconds: it lets open requests end first. */
const GONE_MS = 6000;
const LOOK_AGAIN_MS = 30;

/** What a target link works with. */
export interface TargetLinkOptions {
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  /** Image reference of agents to be placed. */
  readonly agentImage: string;
  readonly report: Reporter;
}

/** The agents of one target: one per place, each connected again, or placed again, for as long as the link is open. */
export class TargetLink {
  readonly #reference: TargetRef;
  readonly #options: TargetLinkOptions;
  readonly #ended = new AbortController();
  readonly #agents = new Map<string, AgentLink>();
  readonly #places = new Map<string, { readonly place: Place; readonly left: AbortController }>();
  readonly #listeners = new Set<AgentsListener>();
  #following: Promise<void> = Promise.resolve();

  constructor(reference: TargetRef, options: TargetLinkOptions) {
    this.#reference = reference;
    this.#options = options;
  }

  /** Connects to an agent at every place. Errors: `target-not-found`, `target-unsupported`, `agent-failed`, `cancelled`. */
  async open(signal: AbortSignal): Promise<void> {
    const target = await this.#resolve(signal);
    await Promise.all(target.places.map((place) => this.#enter(place, signal)));
    this.#following = this.#follow(target);
  }

  /** Agents that are connected now. */
  agents(): readonly AgentLink[] {
    return [...this.#agents.values()];
  }

  /** Tells a listener of the agents, at once of those that are there. Returns what ends it. */
  follow(listener: AgentsListener): () => void {
    this.#listeners.add(listener);
    for (const agent of this.agents()) listener.up(agent);
    return () => this.#listeners.delete(listener);
  }

  /** Leaves the agents; those that serve nobody else end. */
  async close(): Promise<void> {
    this.#ended.abort();
    for (const { left } of this.#places.values()) left.abort();
    await Promise.all([...this.#places].map(([id]) => this.#leave(id)));
    await this.#following.catch(() => {});
  }

  async #leave(placeId: string): Promise<void> {
    const agent = this.#agents.get(placeId);
    const place = this.#places.get(placeId)?.place;
    if (agent !== undefined && place !== undefined) await this.#retire(agent, place);
  }

  /** An agent that ends takes a moment more, which is part of giving the target back as it was. */
  async #retire(agent: AgentLink, place: Place): Promise<void> {
    if (place.idleAgent === 'lingers') return agent.close();
    if (!(await agent.retire())) return;
    const deadline = performance.now() + GONE_MS;
    while (performance.now() < deadline && (await this.#options.platform.findAgent(place)) !== undefined) {
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Connects to the agent of a place for the first time, and keeps it connected in the background from then on. */
  async #enter(place: Place, signal: AbortSignal): Promise<void> {
    const left = new AbortController();
    this.#places.set(place.id, { place, left });
    const connecting = this.#connect(place, signal);
    // One that stays some minutes anyway may do so also when it is not waited for.
    const mayStay = place.idleAgent === 'lingers' ? signal : undefined;
    const agent = await unlessAborted(`the connection to ${place.name}`, mayStay, connecting);
    void this.#keep(place, agent, left.signal);
  }

  async #keep(place: Place, first: AgentLink, left: AbortSignal): Promise<void> {
    let agent: AgentLink | undefined = first;
    while (!left.aborted) {
      if (agent === undefined) {
        agent = await this.#connectAgain(place, left);
        continue;
      }
      const kept = agent;
      this.#agents.set(place.id, kept);
      this.#tell((listener) => listener.up(kept));
      await kept.closed;
      this.#agents.delete(place.id);
      this.#tell((listener) => listener.down(kept));
      if (!left.aborted) this.#state('lost', `the agent at ${place.name} is gone; connecting again`);
      agent = undefined;
    }
  }

  async #connectAgain(place: Place, left: AbortSignal): Promise<AgentLink | undefined> {
    for (let attempt = 0; !left.aborted; attempt += 1) {
      try {
        const agent = await this.#connect(place, left);
        this.#state('up', `the agent at ${place.name} is back`);
        return agent;
      } catch (error) {
        if (left.aborted) return undefined;
        if (attempt === 2) this.#state('lost', `${place.name}: ${messageOf(error)}; still trying`);
        await pause(AGAIN_MS[attempt] ?? 5000, left);
      }
    }
    return undefined;
  }

  /**
   * Not cut short by the signal: an agent that was placed half-way would stay behind. What is too late is undone.
   */
  async #connect(place: Place, signal: AbortSignal): Promise<AgentLink> {
    const { platform, identity, agentImage } = this.#options;
    const spec = { image: agentImage, secret: randomBytes(24).toString('hex') };
    const agent = (await platform.findAgent(place)) ?? (await platform.placeAgent(place, spec));
    const link = await AgentLink.connect(platform, place, agent, identity, {
      said: (from, event) => this.#tell((listener) => listener.said(from, event)),
      silenceChanged: (from) => this.#tell((listener) => listener.silenceChanged(from)),
    });
    if (!signal.aborted) return link;
    await this.#retire(link, place);
    throw cancelled(`the connection to ${place.name}`);
  }

  /** Follows restarts and replacements of the target: places that are gone are left, new ones entered. */
  async #follow(first: Target): Promise<void> {
    let target = first;
    const ended = this.#ended.signal;
    for await (const _ of this.#options.platform.watchTarget(target, ended)) {
      if (ended.aborted) return;
      const found = await this.#resolveAgain();
      if (found === 'unknown') continue;
      const places = found?.places ?? [];
      for (const [id, { left }] of this.#places) {
        if (places.some((place) => place.id === id)) continue;
        this.#places.delete(id);
        left.abort();
        this.#agents.get(id)?.close();
      }
      if (found === undefined) this.#state('lost', 'the target is not running');
      else target = found;
      const entered = places.filter((place) => !this.#places.has(place.id));
      await Promise.all(
        entered.map((place) =>
          this.#enter(place, ended).then(
            () => this.#state('up', `followed to ${place.name}`),
            (error) => {
              this.#places.delete(place.id);
              if (!ended.aborted) this.#state('lost', messageOf(error));
            },
          ),
        ),
      );
    }
  }

  /** Undefined when the target runs nowhere; `unknown` when the platform does not answer, which says nothing of it. */
  async #resolveAgain(): Promise<Target | undefined | 'unknown'> {
    try {
      return await this.#resolve(this.#ended.signal);
    } catch (error) {
      const isGone =
        error instanceof DevenvError &&
        (error.code === 'target-not-found' || error.code === 'target-unsupported');
      return isGone ? undefined : 'unknown';
    }
  }

  #resolve(signal: AbortSignal): Promise<Target> {
    const resolving = this.#options.platform.resolveTarget(this.#reference);
    return unlessAborted('the look for the target', signal, resolving);
  }

  #tell(say: (listener: AgentsListener) => void): void {
    for (const listener of this.#listeners) say(listener);
  }

  #state(state: 'up' | 'lost', reason: string): void {
    this.#options.report({ type: 'state', resource: `agent/${targetText(this.#reference)}`, state, reason });
  }
}
