import { randomBytes } from 'node:crypto';
import { pause, unlessAborted } from '../common/deadline.ts';
import { cancelled, DevenvError, type ErrorFacts, errorFacts, messageOf } from '../common/errors.ts';
import { keptStanding } from '../common/supervised.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { Place, PlacedAgent, Platform } from '../platform/index.ts';
import { AgentLink, type AgentsListener } from './agent-link.ts';
import type { Placements } from './placements.ts';

/** How long an agent that ends may take to be gone, milliseconds: it lets open requests end first. */
const GONE_MS = 6000;
const LOOK_AGAIN_MS = 30;

/** Failures in a row after which people are told that it goes on. */
const STILL_TRYING = 4;

/** What a link to a place works with. */
export interface PlaceLinkOptions {
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  /** Image reference of agents to be placed. */
  readonly agentImage: string;
  /** Agents that this session has placed. */
  readonly placements: Placements;
}

/** Hears of the agent of a place, and of the trouble with it. */
export interface PlaceListener extends Omit<AgentsListener, 'targetChanged'> {
  /** The agent was lost, or is back, for people. */
  troubled(state: 'up' | 'lost', reason: string): void;
  /** `PlaceLink.trouble` may have changed. */
  troubleChanged(): void;
  /** No other agent is placed there for some time. Told once, until it is back. */
  gaveUp(error: ErrorFacts): void;
}

/** How often an agent that was found or placed is greeted before another one is looked for. */
const ATTEMPTS = 3;

/**
 * The agent of one place: found or placed, connected, and connected or placed again for as long as the link is open.
 * One for each network namespace and kind of agent, whatever the targets are called that run there: an agent serves a
 * session once.
 */
export class PlaceLink {
  readonly place: Place;
  /** Of which kind the agent is. */
  readonly agentKind: AgentKind;
  /** Settles as the first attempt to connect does. */
  readonly opened: Promise<void>;
  /** Resolves when nothing goes on any more that it began. */
  readonly #over: Promise<void>;
  readonly #options: PlaceLinkOptions;
  readonly #ended = new AbortController();
  readonly #listeners = new Set<PlaceListener>();
  #agent: AgentLink | undefined;
  #trouble: string | undefined;
  #hasGivenUp = false;

  /** Begins to connect. */
  constructor(place: Place, agentKind: AgentKind, options: PlaceLinkOptions) {
    this.place = place;
    this.agentKind = agentKind;
    this.#options = options;
    const { opened, ended } = keptStanding(
      {
        live: (stands, signal) => this.#live(stands, signal),
        onLost: (why, failures) => this.#tellLost(why, failures),
        onBack: () => this.#tell((one) => one.troubled('up', `the agent at ${place.name} is back`)),
      },
      this.#ended.signal,
    );
    this.opened = opened;
    this.#over = ended;
    opened.catch((error) => this.#noteTrouble(error));
  }

  /** The agent, while it is connected. */
  get agent(): AgentLink | undefined {
    return this.#agent;
  }

  /** Tells a listener of the agent, at once when it is there. Returns what ends it. */
  follow(listener: PlaceListener): () => void {
    this.#listeners.add(listener);
    if (this.#agent !== undefined) listener.up(this.#agent);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Leaves the agent; one that serves nobody else ends. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#ended.abort();
    if (this.#agent !== undefined) await this.#retire(this.#agent);
    // Bounded: a platform that does not answer is not waited for.
    else if (this.place.undoesPlacing) await Promise.race([this.#over, pause(GONE_MS)]);
  }

  /**
   * The place is gone, or about to be: no agent is wanted there any more. What is in flight there ends by itself, as long as
   * there is an agent at all.
   */
  abandon(): void {
    this.#ended.abort();
    void this.#agent?.closeWhenGivenBack();
  }

  /** Why it is not connected, as far as that is known; undefined while it is, or simply not yet. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async #live(stands: () => void, signal: AbortSignal): Promise<void> {
    const agent = await this.#connect(signal);
    this.#agent = agent;
    this.#trouble = undefined;
    this.#hasGivenUp = false;
    stands();
    this.#tell((listener) => listener.up(agent));
    await agent.closed;
    this.#agent = undefined;
    this.#tell((listener) => listener.down(agent));
  }

  /**
   * Cut short by the signal only where that leaves nothing behind. What is too late is undone.
   */
  async #connect(signal: AbortSignal): Promise<AgentLink> {
    const { platform, identity } = this.#options;
    const found = await platform.findAgent(this.place, this.agentKind);
    const hears = {
      said: (from, event) => this.#tell((listener) => listener.said(from, event)),
      silenceChanged: (from) => this.#tell((listener) => listener.silenceChanged(from)),
    } satisfies Parameters<typeof AgentLink.connect>[4];
    const connect = (agent: PlacedAgent) =>
      severalTimes(() => AgentLink.connect(platform, this.place, agent, identity, hears), signal);
    const reached = await (found && connect(found).catch(orNotReachable));
    const link = reached ?? (await connect(await this.#placed(signal)));
    if (!signal.aborted) return link;
    await this.#retire(link);
    throw cancelled(`the connection to ${this.place.name}`);
  }

  async #placed(signal: AbortSignal): Promise<PlacedAgent> {
    const { platform, agentImage, placements } = this.#options;
    const wasRefused = placements.add(this.place);
    const spec = { kind: this.agentKind, image: agentImage, secret: randomBytes(24).toString('hex') };
    try {
      return await platform.placeAgent(this.place, spec, this.place.undoesPlacing ? signal : undefined);
    } catch (error) {
      if (!mayHaveBeenThere(error)) wasRefused();
      throw error;
    }
  }

  /** An agent that ends takes a moment more, which is part of giving the target back as it was. */
  async #retire(agent: AgentLink): Promise<void> {
    if (this.place.idleAgent === 'lingers') return agent.close();
    if (!(await agent.retire())) return;
    const { platform } = this.#options;
    const deadline = performance.now() + GONE_MS;
    while (
      performance.now() < deadline &&
      (await platform.findAgent(this.place, this.agentKind)) !== undefined
    )
      await pause(LOOK_AGAIN_MS);
  }

  #noteTrouble(why: unknown): void {
    if (this.#ended.signal.aborted) return;
    this.#trouble = why === undefined ? undefined : messageOf(why);
    this.#tell((one) => one.troubleChanged());
  }

  #tellLost(why: unknown, failures: number): void {
    const { name } = this.place;
    this.#noteTrouble(why);
    if (why instanceof DevenvError && why.code === 'too-many-agents') {
      if (!this.#hasGivenUp) this.#tell((one) => one.gaveUp(errorFacts(why)));
      this.#hasGivenUp = true;
    } else if (failures === 1) {
      this.#tell((one) => one.troubled('lost', `the agent at ${name} is gone; connecting again`));
    } else if (failures === STILL_TRYING && why !== undefined) {
      this.#tell((one) => one.troubled('lost', `${name}: ${messageOf(why)}; still trying`));
    }
  }

  #tell(say: (listener: PlaceListener) => void): void {
    for (const listener of [...this.#listeners]) say(listener);
  }
}

/** Whether there was an agent all the same when placing it failed: it may have ended, or not have come in time. */
function mayHaveBeenThere(error: unknown): boolean {
  return (
    error instanceof DevenvError && ['agent-failed', 'deadline-passed', 'cancelled'].includes(error.code)
  );
}

/** On a busy machine a program that is there may miss the time of a greeting once. Errors: those of the last attempt. */
async function severalTimes<T>(connect: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect();
    } catch (error) {
      const mayPass =
        error instanceof DevenvError && (error.code === 'agent-failed' || error.code === 'deadline-passed');
      if (!mayPass || attempt === ATTEMPTS || signal.aborted) throw error;
      await pause(LOOK_AGAIN_MS, signal);
    }
  }
}

/**
 * One that another session has placed this very moment does not listen yet: whoever places one waits until it does. Errors:
 * all others.
 */
function orNotReachable(error: unknown): undefined {
  if (!(error instanceof DevenvError) || error.code !== 'agent-failed') throw error;
  return undefined;
}

/**
 * Resolves when the agent is connected, at once where it is. Errors: the first attempt's; `cancelled`. An agent that goes
 * when nobody uses it is waited for in any case, so that it can be given back, unless placing it is undone; one that stays
 * some minutes may do so also when it is not waited for.
 */
export async function firstConnected(
  { place, agent, opened }: Pick<PlaceLink, 'place' | 'agent' | 'opened'>,
  signal: AbortSignal,
): Promise<void> {
  // Another target of the place may have begun it, and failed at first.
  if (agent !== undefined && !signal.aborted) return;
  const what = `the connection to ${place.name}`;
  const mayBeLeft = place.idleAgent === 'lingers' || place.undoesPlacing;
  await unlessAborted(what, mayBeLeft ? signal : undefined, opened);
  if (signal.aborted) throw cancelled(what);
}
