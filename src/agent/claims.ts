import type { Socket } from 'node:net';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import type { ClaimSummary } from '../protocol/index.ts';
import { Arrivals, type TakenPort } from './arrivals.ts';
import {
  type Claim,
  type Claimant,
  type ClaimRequest,
  type Obstacle,
  type PortTakeover,
  restingClaim,
  summary,
} from './claim.ts';
import type { DrainOptions } from './drain-original.ts';

/**
 * Which session holds which port. Its service answers exactly while its session wants it and its tunnel lives; at all other
 * times, and whenever in doubt, the original answers, directly but for a while in which the service is started anew.
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
      this.#claims.set(port, { port, tunnel, to, probes, claimant, ...restingClaim() });
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

  /** Wants the traffic of a port. Errors: `Error` when this connection does not hold it. */
  resume(claimant: Claimant, port: number): Promise<void> {
    return this.#want(claimant, port, { wanted: true, passes: false });
  }

  /** Does not want the traffic of a port. Errors: `Error` when this connection does not hold it. */
  rest(claimant: Claimant, port: number): Promise<void> {
    return this.#want(claimant, port, { wanted: false, passes: false });
  }

  /**
   * Does not want the traffic of a port for a while: callers reach the original through this agent. Resolves as `release`
   * does, early when it is wanted again. Errors: `Error` when this connection does not hold it.
   */
  async restForAWhile(claimant: Claimant, port: number, drainMs: number): Promise<readonly string[]> {
    await this.#want(claimant, port, { wanted: false, passes: true });
    const claim = this.#heldBy(claimant, port);
    return claim === undefined ? [] : this.#arrivals.endBridged(port, drainMs, () => !claim.wanted);
  }

  async #want(claimant: Claimant, port: number, wish: Pick<Claim, 'wanted' | 'passes'>): Promise<void> {
    const claim = this.#heldBy(claimant, port);
    if (claim === undefined) throw new Error(`port ${port} is not held by this connection: claim it first`);
    Object.assign(claim, wish);
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

  /** A port went to the original for a while, because this program stood still, and comes here again. */
  lapsed(port: number): void {
    const claim = this.#claims.get(port);
    if (claim?.live !== true) return;
    claim.times += 1;
    void this.#moveKept(claim);
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
    claim.passes = false;
    await this.#settle(claim);
    if (this.#heldBy(claimant, port) === claim) this.#claims.delete(port);
  }

  #settleSoon(claim: Claim): void {
    this.#settle(claim).catch((error) => console.error(`port ${claim.port}: ${messageOf(error)}`));
  }

  #settle(claim: Claim): Promise<void> {
    const tunnel = claim.claimant.liveTunnel(claim.tunnel);
    const isHeld = this.#claims.get(claim.port) === claim;
    const live = claim.wanted && tunnel !== undefined && isHeld;
    const taken = live || (claim.passes && isHeld);
    if (live === claim.live && taken === claim.taken) return claim.settled;
    if (live && !claim.live) claim.times += 1;
    const { taken: wasTaken } = claim;
    Object.assign(claim, { live, taken });
    const changed = this.#change(claim, taken !== wasTaken);
    claim.settled = changed.catch(() => {});
    return changed;
  }

  async #change(claim: Claim, takes: boolean): Promise<void> {
    const { claimant, port, live, taken } = claim;
    if (takes && taken) await this.#start(claim);
    else if (takes) await this.#intercept?.stop(port);
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
      if (claim.taken) {
        Object.assign(claim, { live: false, taken: false });
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
