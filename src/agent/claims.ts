import type { Socket } from 'node:net';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import type { ClaimSummary } from '../protocol/index.ts';
import { Absences } from './absences.ts';
import { Arrivals } from './arrivals.ts';
import {
  type Claim,
  type Claimant,
  type ClaimKey,
  type ClaimTerms,
  type ClaimWish,
  type Obstacle,
  type PortTakeover,
  type RestKey,
  restingClaim,
  summary,
  whyNotLive,
} from './claim.ts';
import { Crowd } from './crowd.ts';
import { moveKept } from './move-kept.ts';
import { obstacleTo } from './obstacle.ts';
import { PortTable } from './ports.ts';
import { Questions } from './questions.ts';
import { TakenPorts } from './taken-ports.ts';
import { tellShared } from './tell-shared.ts';
import { tellUnheard } from './tell-unheard.ts';

/**
 * The life of claims. The service of one answers exactly while its session wants it and its tunnel lives; at all other
 * times, and whenever in doubt, the original answers, directly but for a while in which the service is started anew.
 */
export class Claims {
  readonly #takeover: PortTakeover | undefined;
  readonly #taken: TakenPorts;
  readonly #ports = new PortTable();
  readonly #arrivals: Arrivals;
  #over: string | undefined; // why nothing is taken over any more; undefined until the end
  /** What sessions are asked on behalf of others. */
  readonly questions: Questions;
  readonly #absences = new Absences((claim) => this.#settleSoon(claim));
  readonly #summary = (claim: Claim) => summary(claim, this.#arrivals.quietMs(claim));

  /** Without a takeover nothing can be claimed. `isFull`: this agent carries as many connections as it may. */
  constructor(takeover: PortTakeover | undefined, isFull: () => boolean = () => false) {
    this.#arrivals = new Arrivals(this.#ports, new Crowd(isFull));
    this.#takeover = takeover;
    this.questions = new Questions(this.#ports, this.#summary);
    this.#taken = new TakenPorts(takeover ?? { start: async () => {}, stop: async () => {} });
  }

  /**
   * Takes a port, resting, or takes it over from an older connection of the same session. The same claim again changes to
   * the new terms. Returns what is in the way when the port is held otherwise.
   * Errors: `Error` when this agent takes no ports over.
   */
  claim(claimant: Claimant, terms: ClaimTerms): Obstacle | undefined {
    if (this.#takeover === undefined) throw new Error('this agent takes no ports over');
    const { obstacle, own, older } = obstacleTo(this.#ports, claimant, terms);
    if (obstacle !== undefined) return obstacle;
    if (own === undefined) {
      this.#begin(claimant, terms, older);
      void tellUnheard(this.#takeover, this.#ports, claimant, terms);
    } else this.#change(own, terms);
    tellShared(this.#ports, claimant, terms);
    return undefined;
  }

  /** What is held now, by whichever session. */
  held(): readonly ClaimSummary[] {
    return this.#ports.all().map(this.#summary);
  }

  /** Wants the traffic of a claim. Errors: `Error` when this connection does not hold it. */
  resume(claimant: Claimant, key: ClaimKey): Promise<void> {
    return this.#want(claimant, key, { wanted: true, passes: false, away: false });
  }

  /**
   * Does not want the traffic of a claim. With `away` its service is soon there again: until then requests are treated as
   * the claim's `fallback` says. Errors: `Error` when this connection does not hold it.
   */
  rest(claimant: Claimant, key: RestKey): Promise<void> {
    return this.#want(claimant, key, { wanted: false, passes: false, away: key.away ?? false });
  }

  /**
   * Does not want the traffic of a claim for a while: callers reach the original through this agent, or with `away` what its
   * `fallback` says. Resolves as `release` does, early when it is wanted again. Errors: `Error` when this connection does
   * not hold it.
   */
  async restForAWhile(claimant: Claimant, key: RestKey, drainMs: number): Promise<readonly string[]> {
    await this.#want(claimant, key, { wanted: false, passes: true, away: key.away ?? false });
    const claim = this.#ports.heldBy(claimant, key);
    return claim === undefined ? [] : this.#arrivals.endBridged(claim, drainMs, () => !claim.wanted);
  }

  async #want(claimant: Claimant, key: ClaimKey, wish: ClaimWish): Promise<void> {
    const claim = this.#ports.heldBy(claimant, key);
    if (claim === undefined)
      throw new Error(`port ${key.port} is not held by this connection: claim it first`);
    Object.assign(claim, wish);
    if (wish.wanted) claim.calls += 1;
    const settled = this.#settle(claim);
    if (wish.wanted) this.#arrivals.wake(claim);
    await settled;
    // What was intercepted for an older connection of the session goes on without a change.
    if (claim.live && claim.claimant === claimant) this.#tell(claim);
  }

  /**
   * Gives a claim back: no new connections, then those open end when they have been answered, at a quiet moment. Resolves
   * to the callers whose request was cut off, because it was not answered within `drainMs`. Done at once when this
   * connection does not hold it: then it has nothing of it, which is all that is asked.
   */
  async release(claimant: Claimant, key: ClaimKey, drainMs: number): Promise<readonly string[]> {
    const claim = this.#ports.heldBy(claimant, key);
    if (claim === undefined) return [];
    await this.#giveBack(claim);
    return this.#ports.has(claim) ? [] : this.#arrivals.endBridged(claim, drainMs);
  }

  /** Gives back at once whatever a connection held: it is gone. */
  async dropAll(claimant: Claimant): Promise<void> {
    const held = this.#ports.all().filter((claim) => claim.claimant === claimant);
    await Promise.all(held.map((claim) => this.#giveBack(claim)));
  }

  /** The connection's tunnel came, went, fell silent or was heard again. */
  tunnelChanged(claimant: Claimant): void {
    for (const claim of this.#ports.all()) if (claim.claimant === claimant) this.#settleSoon(claim);
  }

  /** All that is open ends, requests within `deadlineMs`. With `why`, for good: nothing is taken over any more. */
  async withdrawAll(deadlineMs: number, why?: string): Promise<void> {
    this.#over ??= why;
    await Promise.allSettled(this.#ports.all().map((claim) => this.#settle(claim)));
    await this.#arrivals.endAll(deadlineMs, why !== undefined);
  }

  /** A port went to the original for a while, because this program stood still, and comes here again. */
  lapsed(port: number): void {
    for (const claim of this.#ports.of(port).filter(({ live }) => live)) {
      claim.times += 1;
      void this.#moveKept(claim);
    }
  }

  /** A connection was redirected here. */
  connection(socket: Socket, destination: Destination): void {
    this.#arrivals.take(socket, destination);
  }

  /** `older`: what an older connection of the session has of that; one of it is handed over, for the port stays intercepted. */
  #begin(claimant: Claimant, terms: ClaimTerms, older: readonly Claim[]): void {
    const same = this.#ports
      .of(terms.port)
      .find(({ claimant: { id }, terms: { tunnel } }) => id === claimant.id && tunnel === terms.tunnel);
    const before = same ?? older[0];
    if (before === undefined) this.#ports.add(restingClaim(claimant, terms));
    else this.#handOver(before, claimant, terms);
    for (const claim of older) if (claim !== before) void this.#giveBack(claim).catch(() => {});
  }

  #change(claim: Claim, terms: ClaimTerms): void {
    claim.terms = terms;
    this.#settleSoon(claim);
    if (claim.live) void this.#moveKept(claim);
  }

  /** To a newer connection of its session; where the tunnel of that is there already, the port stays intercepted. */
  #handOver(claim: Claim, claimant: Claimant, terms: ClaimTerms): void {
    const wanted = claim.live && claimant.liveTunnel(terms.tunnel) !== undefined;
    Object.assign(claim, { claimant, terms, wanted, told: false });
    this.#settleSoon(claim);
  }

  /** Stops intercepting and forgets the claim, unless a newer connection has taken it over meanwhile. */
  async #giveBack(claim: Claim): Promise<void> {
    const { claimant } = claim;
    Object.assign(claim, { wanted: false, passes: false, away: false });
    await this.#settle(claim);
    if (claim.claimant === claimant) this.#ports.remove(claim);
  }

  #settleSoon(claim: Claim): void {
    this.#settle(claim).catch((error) => console.error(`port ${claim.port}: ${messageOf(error)}`));
  }

  #settle(claim: Claim): Promise<void> {
    const tunnel = claim.claimant.liveTunnel(claim.terms.tunnel);
    const isHeld = this.#over === undefined && this.#ports.has(claim);
    const live = claim.wanted && tunnel !== undefined && isHeld;
    const isAway = this.#absences.isAway(claim, live) && isHeld;
    const takes = live || isAway || (claim.passes && isHeld);
    const wasAway = claim.isAway;
    claim.isAway = isAway;
    if (wasAway && !isAway) this.#arrivals.wake(claim);
    if (live === claim.live && takes === claim.takes) return claim.settled;
    if (live && !claim.live) claim.times += 1;
    Object.assign(claim, { live, takes });
    const changed = this.#carryOut(claim);
    claim.settled = changed.catch(() => {});
    return changed;
  }

  async #carryOut(claim: Claim): Promise<void> {
    const { claimant, port, live, takes } = claim;
    if (takes) await this.#take(claim);
    else await this.#leaveUnwanted(port);
    // The tunnel may have changed while nft was at work.
    if (claim.live !== live) return;
    if (live) await this.#moveKept(claim);
    else this.#leaveToOriginal(claim);
    if (claim.live === live && claim.claimant === claimant) this.#tell(claim);
  }

  async #take(claim: Claim): Promise<void> {
    try {
      await this.#taken.take(claim.port);
    } catch (error) {
      if (claim.takes) {
        Object.assign(claim, { live: false, isAway: false, takes: false });
        this.#arrivals.wake(claim);
        await this.#leaveUnwanted(claim.port);
      }
      throw error;
    }
  }

  async #leaveUnwanted(port: number): Promise<void> {
    if (!this.#ports.of(port).some(({ takes }) => takes)) await this.#taken.leave(port);
  }

  #tell(claim: Claim): void {
    const { port, live, told, terms } = claim;
    if (told === live) return;
    claim.told = live;
    const reason = live ? '' : (this.#over ?? whyNotLive(claim));
    claim.claimant.send({ type: 'intercept', port, tunnel: terms.tunnel, live, reason });
  }

  readonly #moveKept = (claim: Claim) => moveKept(claim, this.#arrivals, this.#takeover);

  #leaveToOriginal(claim: Claim): void {
    const { times } = claim;
    const isWanted = () => !claim.live && claim.times === times && this.#ports.has(claim);
    this.#arrivals.leaveToOriginal(claim, isWanted);
  }
}
