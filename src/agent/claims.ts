import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import type { AgentEvent, AgentRequest, ClaimSummary, Owner } from '../protocol/index.ts';
import type { Tunnel } from '../tunnel/index.ts';
import { bridge } from './bridged-connection.ts';
import { DRAIN_DEADLINE_MS, drainConnections, OpenConnections } from './drain.ts';
import type { DrainOptions } from './drain-original.ts';
import type { Caller } from './open-connection.ts';
import { passThrough } from './passed-connection.ts';
import { PeekedCaller } from './peeked-caller.ts';

/** What claims need of the kernel. */
export interface PortTakeover {
  /** Takes a port over for new connections. */
  start(port: number): Promise<void>;
  /** Leaves new connections of a port to the original. */
  stop(port: number): Promise<void>;
  /** Closes the connections that callers still have to the original. Errors: `Error` when the kernel cannot. */
  drainOriginal(port: number, options: DrainOptions): Promise<void>;
}

/** What claims need to know of the session that holds them. */
export interface Claimant {
  readonly id: string;
  readonly owner: Owner;
  /** The session's inbound tunnel of this name, when it is there and its other end was heard lately. */
  liveTunnel(name: string): Tunnel | undefined;
  send(event: AgentEvent): void;
}

/** What a session claims. */
export type ClaimRequest = Extract<AgentRequest, { type: 'claim' }>;

interface Claim {
  readonly port: number;
  readonly tunnel: string;
  readonly to: number;
  /** User agents of probes that stay with the original; see `AgentRequest`. */
  readonly probes: readonly string[];
  readonly claimant: Claimant;
  /** The session wants the traffic now; otherwise the claim rests. */
  wanted: boolean;
  /** The port is intercepted now. */
  live: boolean;
}

/**
 * Which session holds which port. A port is intercepted exactly while its session wants it and its tunnel lives;
 * at all other times, and whenever in doubt, the original answers.
 */
export class Claims {
  readonly #intercept: PortTakeover | undefined;
  readonly #claims = new Map<number, Claim>();
  readonly #bridged = new OpenConnections();
  readonly #passed = new OpenConnections();

  /** Without an intercept nothing can be claimed. */
  constructor(intercept: PortTakeover | undefined) {
    this.#intercept = intercept;
  }

  /**
   * Takes a port for a session, resting. Returns the claim in the way when another session has it.
   * Errors: `Error` when this agent takes no ports over.
   */
  claim(claimant: Claimant, request: ClaimRequest): ClaimSummary | undefined {
    if (this.#intercept === undefined) throw new Error('this agent takes no ports over');
    const { port, tunnel, to, probes } = request;
    const held = this.#claims.get(port);
    if (held !== undefined && held.claimant.id !== claimant.id) return summary(held);
    if (held === undefined) {
      this.#claims.set(port, { port, tunnel, to, probes, claimant, wanted: false, live: false });
    }
    return undefined;
  }

  /** Wants or does not want the traffic of a port the session holds. */
  async want(claimant: Claimant, port: number, wanted: boolean): Promise<void> {
    const claim = this.#claims.get(port);
    if (claim?.claimant.id !== claimant.id) return;
    claim.wanted = wanted;
    await this.#settle(claim);
  }

  /** Gives a port back: no new connections, then those open end at a quiet moment, at the latest after two seconds. */
  async release(claimant: Claimant, port: number): Promise<void> {
    const claim = this.#claims.get(port);
    if (claim?.claimant.id !== claimant.id) return;
    claim.wanted = false;
    await this.#settle(claim);
    this.#claims.delete(port);
    await drainConnections(this.#bridged.of(port));
  }

  /** Gives back at once whatever a session held: it is gone. */
  async dropAll(claimant: Claimant): Promise<void> {
    const held = [...this.#claims.values()].filter((claim) => claim.claimant.id === claimant.id);
    await Promise.all(
      held.map(async (claim) => {
        claim.wanted = false;
        await this.#settle(claim);
        if (this.#claims.get(claim.port) === claim) this.#claims.delete(claim.port);
      }),
    );
  }

  /** The session's tunnel came, went, fell silent or was heard again. */
  tunnelChanged(claimant: Claimant): void {
    for (const claim of this.#claims.values()) {
      if (claim.claimant.id !== claimant.id) continue;
      this.#settle(claim).catch((error) => console.error(`port ${claim.port}: ${messageOf(error)}`));
    }
  }

  /** Stops intercepting altogether and lets everything that is open end at a quiet moment. For the agent's own end. */
  async withdrawAll(): Promise<void> {
    await Promise.all([...this.#claims.keys()].map((port) => this.#intercept?.stop(port)));
    await drainConnections([...this.#bridged.all(), ...this.#passed.all()]);
  }

  /** Ports that are held now. */
  list(): readonly ClaimSummary[] {
    return [...this.#claims.values()].map(summary);
  }

  /** A connection was redirected here. */
  connection(socket: Socket, destination: Destination): void {
    const probes = this.#liveClaim(destination.port)?.claim.probes ?? [];
    if (probes.length === 0) {
      this.#carry(socket, destination);
      return;
    }
    const caller = new PeekedCaller(socket, probes, {
      // Until it spoke, much may have changed.
      bridged: () => this.#carry(caller, destination),
      // A pool must not send people's requests after the probe on this connection: it leads to the original.
      probed: (request) => passThrough(socket, destination, [request], this.#passed).announceEnd(),
    });
  }

  /** To the service whose session has the port now, else to the original. */
  #carry(caller: Caller, destination: Destination): void {
    const live = this.#liveClaim(destination.port);
    if (live === undefined) {
      passThrough(caller, destination, [], this.#passed);
      return;
    }
    const { claim, tunnel } = live;
    bridge(caller, tunnel, claim.to, this.#bridged.track(claim.port, caller), (early) => {
      claim.claimant.send({ type: 'fell-back', port: claim.port });
      // A pool must not send the requests to come on this connection either: the service may be back by then.
      passThrough(caller, destination, early, this.#passed).announceEnd();
    });
  }

  #liveClaim(port: number): { readonly claim: Claim; readonly tunnel: Tunnel } | undefined {
    const claim = this.#claims.get(port);
    const tunnel = claim?.live === true ? claim.claimant.liveTunnel(claim.tunnel) : undefined;
    return claim === undefined || tunnel === undefined ? undefined : { claim, tunnel };
  }

  async #settle(claim: Claim): Promise<void> {
    const tunnel = claim.claimant.liveTunnel(claim.tunnel);
    const live = claim.wanted && tunnel !== undefined && this.#claims.get(claim.port) === claim;
    if (live === claim.live) return;
    claim.live = live;
    if (live) await this.#intercept?.start(claim.port);
    else await this.#intercept?.stop(claim.port);
    // The tunnel may have changed while nft was at work.
    if (claim.live !== live) return;
    if (live) await this.#moveKeepAlive(claim);
    if (claim.live !== live) return;
    const reason = live ? '' : claim.wanted ? 'the connection to the gateway is lost' : 'asked to rest';
    claim.claimant.send({ type: 'intercept', port: claim.port, live, reason });
  }

  /**
   * Keep-alive connections do not pass the packet rules again: they are closed at a quiet moment, so that their owners
   * open new ones. Resolves when all have moved, or at the deadline. Ends when the claim rests: then callers connect
   * to the original again, and rightly so.
   */
  async #moveKeepAlive(claim: Claim): Promise<void> {
    const { port } = claim;
    const isOurs = (peerPort: number) => this.#passed.of(port).some((open) => open.originPort === peerPort);
    const draining = this.#intercept?.drainOriginal(port, { isOurs, isWanted: () => claim.live });
    const original = draining?.catch((error) => {
      console.error(`keep-alive connections of port ${port} stay with the original: ${messageOf(error)}`);
    });
    const passed = drainConnections(this.#passed.of(port));
    // New connections come here already; whoever is busier than that follows when it can.
    await Promise.race([Promise.all([passed, original]), pause(DRAIN_DEADLINE_MS)]);
  }
}

function summary(claim: Claim): ClaimSummary {
  return { port: claim.port, owner: claim.claimant.owner, session: claim.claimant.id };
}
