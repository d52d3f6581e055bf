import type { Socket } from 'node:net';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import type { AgentEvent, AgentRequest, ClaimSummary, Owner } from '../protocol/index.ts';
import type { Tunnel } from '../tunnel/index.ts';
import { Arrivals, type TakenPort } from './arrivals.ts';
import type { DrainOptions } from './drain-original.ts';

/** What claims need of the kernel. */
export interface PortTakeover {
  /** Takes a port over for new connections. */
  start(port: number): Promise<void>;
  /** Leaves new connections of a port to the original. */
  stop(port: number): Promise<void>;
  /** Closes the connections that callers still have to the original. Errors: `Error` when the kernel cannot. */
  drainOriginal(port: number, options: DrainOptions): Promise<void>;
}

/**
 * What claims need to know of a connection of a session. It is this connection that holds claims: a session that comes
 * back has another one, which takes over whatever it claims again.
 */
export interface Claimant {
  /** Id of the session; its connections have it in common. */
  readonly id: string;
  readonly owner: Owner;
  /** The session's inbound tunnel of this name, when it is there and its other end was heard lately. */
  liveTunnel(name: string): Tunnel | undefined;
  send(event: AgentEvent): void;
}

/** What a session claims. */
export type ClaimRequest = Extract<AgentRequest, { type: 'claim' }>;

/** What stands in the way of a claim. */
export interface Obstacle {
  readonly holder: ClaimSummary;
  /** The claimant's own tunnel that has the port; undefined when it is another session's. */
  readonly tunnel: string | undefined;
}

interface Claim {
  readonly port: number;
  tunnel: string;
  to: number;
  /** User agents of probes that stay with the original; see `AgentRequest`. */
  probes: readonly string[];
  claimant: Claimant;
  /** The claimant wants the traffic now; otherwise the claim rests. */
  wanted: boolean;
  /** The port is intercepted now. */
  live: boolean;
  /** What the claimant was told of `live`; a claim begins resting. */
  told: boolean;
  /** Resolves when the last change of `live` is through, whether it was possible or not. */
  settled: Promise<void>;
  /** How often it became live: what was begun for an earlier time is not wanted any more. */
  times: number;
}

/**
 * Which session holds which port. A port is intercepted exactly while its session wants it and its tunnel lives;
 * at all other times, and whenever in doubt, the original answers.
 */
export class Claims {
  readonly #intercept: PortTakeover | undefined;
  readonly #claims = new Map<number, Claim>();
  readonly #arrivals = new Arrivals((port) => this.#taken(port));

  /** Without an intercept nothing can be claimed. */
  constructor(intercept: PortTakeover | undefined) {
    this.#intercept = intercept;
  }

  /**
   * Takes a port, resting, or takes it over from an older connection of the same session. The same claim again is
   * accepted and brings its probes. Returns what is in the way when the port is held otherwise.
   * Errors: `Error` when this agent takes no ports over.
   */
  claim(claimant: Claimant, request: ClaimRequest): Obstacle | undefined {
    if (this.#intercept === undefined) throw new Error('this agent takes no ports over');
    const { port, tunnel, to, probes } = request;
    const held = this.#claims.get(port);
    if (held === undefined) {
      const resting = { wanted: false, live: false, told: false, settled: Promise.resolve(), times: 0 };
      this.#claims.set(port, { port, tunnel, to, probes, claimant, ...resting });
    } else if (held.claimant.id !== claimant.id) return { holder: summary(held), tunnel: undefined };
    else if (held.claimant !== claimant) this.#handOver(held, claimant, request);
    else if (held.tunnel !== tunnel || held.to !== to) return { holder: summary(held), tunnel: held.tunnel };
    else held.probes = probes;
    return undefined;
  }

  /** What is held now, by whichever session. */
  held(): readonly ClaimSummary[] {
    return [...this.#claims.values()].map(summary);
  }

  /** Wants or does not want the traffic of a port. Errors: `Error` when this connection does not hold it. */
  async want(claimant: Claimant, port: number, wanted: boolean): Promise<void> {
    const claim = this.#heldBy(claimant, port);
    if (claim === undefined) throw new Error(`port ${port} is not held by this connection: claim it first`);
    claim.wanted = wanted;
    await this.#settle(claim);
    // What was intercepted for an older connection of the session goes on without a change.
    if (claim.live && claim.claimant === claimant) this.#tell(claim);
  }

  /**
   * Gives a port back: no new connections, then those open end when they have been answered, at a quiet moment. Resolves
   * to the callers whose request was cut off, because it was not answered within `drainMs`. Done at once when this
   * connection does not hold it: then it has nothing of it, which is all that is asked.
   */
  async release(claimant: Claimant, port: number, drainMs: number): Promise<readonly string[]> {
    const claim = this.#heldBy(claimant, port);
    if (claim === undefined) return [];
    await this.#giveBack(claim);
    if (this.#claims.get(port) === claim) return [];
    return this.#arrivals.endBridged(port, drainMs);
  }

  /**
   * Lets what is open to the service end, while the claim rests. Resolves as `release` does; early where the port is wanted
   * again.
   */
  async drainResting(claimant: Claimant, port: number, drainMs: number): Promise<readonly string[]> {
    const claim = this.#heldBy(claimant, port);
    return claim === undefined ? [] : this.#arrivals.endBridged(port, drainMs, () => !claim.wanted);
  }

  /** Gives back at once whatever a connection held: it is gone. */
  async dropAll(claimant: Claimant): Promise<void> {
    const held = [...this.#claims.values()].filter((claim) => claim.claimant === claimant);
    await Promise.all(held.map((claim) => this.#giveBack(claim)));
  }

  /** The connection's tunnel came, went, fell silent or was heard again. */
  tunnelChanged(claimant: Claimant): void {
    for (const claim of this.#claims.values()) if (claim.claimant === claimant) this.#settleSoon(claim);
  }

  /** Stops intercepting altogether and lets everything that is open end at a quiet moment. For the agent's own end. */
  async withdrawAll(): Promise<void> {
    await Promise.all([...this.#claims.keys()].map((port) => this.#intercept?.stop(port)));
    await this.#arrivals.endAll();
  }

  /** A connection was redirected here. */
  connection(socket: Socket, destination: Destination): void {
    this.#arrivals.take(socket, destination);
  }

  #taken(port: number): TakenPort | undefined {
    const claim = this.#claims.get(port);
    const tunnel = claim?.live === true ? claim.claimant.liveTunnel(claim.tunnel) : undefined;
    return claim === undefined || tunnel === undefined
      ? undefined
      : { tunnel, to: claim.to, probes: claim.probes };
  }

  #heldBy(claimant: Claimant, port: number): Claim | undefined {
    const claim = this.#claims.get(port);
    return claim?.claimant === claimant ? claim : undefined;
  }

  /**
   * Gives a claim to a newer connection of its session. Where the tunnel of that one is there already, the port stays
   * intercepted; otherwise the claim begins resting, as any does.
   */
  #handOver(claim: Claim, claimant: Claimant, { tunnel, to, probes }: ClaimRequest): void {
    const wanted = claim.live && claimant.liveTunnel(tunnel) !== undefined;
    Object.assign(claim, { claimant, tunnel, to, probes, wanted, told: false });
    this.#settleSoon(claim);
  }

  /** Stops intercepting and forgets the claim, unless a newer connection has taken it over meanwhile. */
  async #giveBack(claim: Claim): Promise<void> {
    const { claimant, port } = claim;
    claim.wanted = false;
    await this.#settle(claim);
    if (this.#heldBy(claimant, port) === claim) this.#claims.delete(port);
  }

  #settleSoon(claim: Claim): void {
    this.#settle(claim).catch((error) => console.error(`port ${claim.port}: ${messageOf(error)}`));
  }

  #settle(claim: Claim): Promise<void> {
    const tunnel = claim.claimant.liveTunnel(claim.tunnel);
    const live = claim.wanted && tunnel !== undefined && this.#claims.get(claim.port) === claim;
    if (live === claim.live) return claim.settled;
    claim.live = live;
    if (live) claim.times += 1;
    const changed = this.#change(claim, live);
    claim.settled = changed.catch(() => {});
    return changed;
  }

  async #change(claim: Claim, live: boolean): Promise<void> {
    const { claimant, port } = claim;
    if (live) await this.#start(claim);
    else await this.#intercept?.stop(port);
    // The tunnel may have changed while nft was at work.
    if (claim.live !== live) return;
    if (live) await this.#moveKept(claim);
    else this.#leaveToOriginal(claim);
    if (claim.live === live && claim.claimant === claimant) this.#tell(claim);
  }

  async #start(claim: Claim): Promise<void> {
    try {
      await this.#intercept?.start(claim.port);
    } catch (error) {
      if (claim.live) {
        claim.live = false;
        await this.#intercept?.stop(claim.port);
      }
      throw error;
    }
  }

  #tell(claim: Claim): void {
    const { port, live, told, wanted } = claim;
    if (told === live) return;
    claim.told = live;
    const reason = live ? '' : wanted ? 'the connection to the machine is lost' : 'asked to rest';
    claim.claimant.send({ type: 'intercept', port, live, reason });
  }

  /** Callers who have a connection already follow the others: see `Arrivals.moveToService`. */
  #moveKept(claim: Claim): Promise<void> {
    const { port, times } = claim;
    const isWanted = () => claim.live && claim.times === times;
    const onLeft = (count: number) => {
      if (isWanted() || count === 0) claim.claimant.send({ type: 'staying', port, count });
    };
    const original = async (isOurs: DrainOptions['isOurs']) =>
      this.#intercept?.drainOriginal(port, { isOurs, isWanted, onLeft });
    return this.#arrivals.moveToService(port, isWanted, original);
  }

  #leaveToOriginal(claim: Claim): void {
    const { port, times } = claim;
    const isWanted = () => !claim.live && claim.times === times && this.#claims.get(port) === claim;
    this.#arrivals.leaveToOriginal(port, isWanted);
  }
}

function summary(claim: Claim): ClaimSummary {
  return { port: claim.port, owner: claim.claimant.owner, session: claim.claimant.id };
}
