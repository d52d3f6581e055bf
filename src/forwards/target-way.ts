import type { Duplex } from 'node:stream';
import { deferred } from '../common/deferred.ts';
import { messageOf } from '../common/errors.ts';
import { keptStanding } from '../common/supervised.ts';
import { alwaysTaken, CurrentTunnel, type OpenedStream, openTunnel } from '../tunnel/index.ts';

/** Name of the tunnels of forwards, as agents know it. */
const TUNNEL = 'forwards';

/** What forwards need of a connection to one agent. */
export interface ForwardAgent {
  /** How people call the place it serves. */
  readonly place: string;
  /** Resolves when the connection is lost or closed. */
  readonly closed: Promise<void>;
  /** A further duplex to the agent, whose welcome comes before anything else on it. */
  dial(
    role: 'outbound',
    tunnel: string,
    signal?: AbortSignal,
  ): Promise<{ readonly duplex: Duplex; readonly welcome: Promise<unknown> }>;
}

/** What forwards hear of the agents of a target. */
export interface ForwardAgents {
  up(agent: ForwardAgent): void;
  down(agent: ForwardAgent): void;
  /** Of no interest here. */
  said(): void;
  silenceChanged(): void;
  targetChanged(): void;
}

/** Follows the agents of one target, at once of those that are there; returns what ends that. */
export type FollowAgents = (listener: ForwardAgents) => () => void;

/** How the way into a workload's network is; `reason`: why it is lost. */
export type WayState = { readonly state: 'up' } | { readonly state: 'lost'; readonly reason: string };

/**
 * A tunnel into the network of one target, through any of its agents: through another one when that is gone, for as long as
 * it is not closed.
 */
export class TargetWay {
  /** Settles as the first attempt to open it does. */
  readonly opened: Promise<void>;
  readonly #current = new CurrentTunnel();
  readonly #agents = new Set<ForwardAgent>();
  readonly #ended = new AbortController();
  readonly #unfollow: () => void;
  readonly #running: Promise<void>;
  /** Resolved when there is an agent. */
  #there = deferred();

  /** `changed` hears how it is after it was up for the first time. */
  constructor(follow: FollowAgents, changed: (state: WayState) => void) {
    this.#unfollow = follow({
      up: (agent) => {
        this.#agents.add(agent);
        this.#there.resolve();
      },
      down: (agent) => {
        this.#agents.delete(agent);
        if (this.#agents.size === 0 && this.#there.settled) this.#there = deferred();
      },
      said: () => {},
      silenceChanged: () => {},
      targetChanged: () => {},
    });
    const { opened, ended } = keptStanding(
      {
        live: (stands, signal) => this.#live(stands, signal),
        onLost: (why, failures) => {
          if (failures > 1) return;
          const reason = why === undefined ? 'its agent is gone; connecting again' : messageOf(why);
          changed({ state: 'lost', reason });
        },
        onBack: () => changed({ state: 'up' }),
      },
      this.#ended.signal,
    );
    this.opened = opened;
    this.#running = ended;
  }

  /** Opens a connection from the target's network. Errors: `Error` when there is no way for some seconds. */
  connect(host: string, port: number): Promise<OpenedStream> {
    return this.#current.open({ kind: 'tcp', host, port });
  }

  /** Ends it, with all connections through it. */
  async close(): Promise<void> {
    this.#unfollow();
    this.#there.resolve();
    this.#ended.abort();
    await this.#running;
  }

  async #live(stands: () => void, signal: AbortSignal): Promise<void> {
    await this.#there.promise;
    const [agent] = this.#agents;
    if (agent === undefined || signal.aborted) return;
    const { duplex, welcome } = await agent.dial('outbound', TUNNEL, signal);
    await welcome;
    const tunnel = openTunnel(alwaysTaken(duplex));
    signal.addEventListener('abort', () => tunnel.destroy(), { once: true });
    if (signal.aborted) tunnel.destroy();
    this.#current.use(tunnel);
    stands();
    // One that went without a word does not break its tunnel.
    await Promise.race([tunnel.closed, agent.closed]);
    tunnel.destroy();
  }
}
