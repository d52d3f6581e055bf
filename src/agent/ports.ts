import type { RequestHead } from '../http1/index.ts';
import {
  type Alternative,
  type CompiledFilter,
  compileFilter,
  conflictBetween,
  type Filter,
  marksIn,
  matchOf,
} from '../match/index.ts';
import type { Tunnel } from '../tunnel/index.ts';
import type { Claim, Claimant, ClaimKey, ClaimTerms } from './claim.ts';
import { isProbe } from './probe-request.ts';

/** A claim whose service gets requests now. */
export interface Taker {
  readonly claim: Claim;
  /** The way to its service; undefined = it is away, and the claim's `fallback` says what becomes of requests. */
  readonly tunnel: Tunnel | undefined;
}

/** The claim that gets a request, and whether that is for the request's mark. */
export interface RequestTaker extends Taker {
  readonly isByMark: boolean;
}

/** Who has which port: the claims of all sessions, the oldest first, and who gets which request. */
export class PortTable {
  readonly #claims: Claim[] = [];

  /** All claims. */
  all(): readonly Claim[] {
    return this.#claims;
  }

  /** The claims on a port. */
  of(port: number): readonly Claim[] {
    return this.#claims.filter((claim) => claim.port === port);
  }

  /** The claims, of whichever session, that exclude one with these terms. */
  inTheWayOf({ port, filter }: Pick<ClaimTerms, 'port' | 'filter'>): readonly Claim[] {
    return this.of(port).filter((held) => conflictBetween(held.terms.filter, filter) === 'conflict');
  }

  /** The claim that this connection of a session holds. */
  heldBy(claimant: Claimant, { port, tunnel }: ClaimKey): Claim | undefined {
    return this.#claims.find(
      (claim) => claim.claimant === claimant && claim.port === port && claim.terms.tunnel === tunnel,
    );
  }

  /** Whether a claim is held by anybody. */
  has(claim: Claim): boolean {
    return this.#claims.includes(claim);
  }

  add(claim: Claim): void {
    this.#claims.push(claim);
  }

  remove(claim: Claim): void {
    const at = this.#claims.indexOf(claim);
    if (at >= 0) this.#claims.splice(at, 1);
  }

  /**
   * Whether requests of a port must be read: to know whose they are, where somebody asks for some of them or probes come too;
   * or for a service that is waited for or stood in for, so that a caller's connection outlives those to it.
   */
  isRead(port: number): boolean {
    return this.#takers(port).some(
      ({ claim: { terms } }) =>
        terms.filter !== undefined || terms.probes.length > 0 || terms.fallback !== undefined,
    );
  }

  /** Whoever takes what nobody can read, or nobody need read: the claim of the whole port. */
  whole(port: number): Taker | undefined {
    return this.#takers(port).find(({ claim }) => claim.terms.filter?.match === undefined);
  }

  /**
   * Who gets a request: for a probe whoever asked for probes; else the claim whose matching alternative has most
   * conditions, among equals the older; else the claim of the whole port. Undefined = the original.
   */
  takerOf(port: number, head: RequestHead): RequestTaker | undefined {
    const takers = this.#takers(port);
    if (takers.some(({ claim }) => isProbe(head, claim.terms.probes))) {
      const asked = takers.find(({ claim }) => claim.terms.takesProbes === true);
      return asked && { ...asked, isByMark: false };
    }
    let most = -1;
    let best: RequestTaker | undefined;
    for (const taker of takers) {
      const alternative = takenBy(taker.claim.terms.filter, head);
      if (alternative === undefined || alternative.length <= most) continue;
      most = alternative.length;
      best = { ...taker, isByMark: alternative.some(({ of }) => of === 'mark') };
    }
    return best;
  }

  /** Whether requests that are marked with a name are taken on a port. */
  isMarkTaken(port: number, name: string): boolean {
    return this.#takers(port).some(({ claim }) => marksIn(claim.terms.filter).includes(name));
  }

  #takers(port: number): readonly Taker[] {
    return this.#claims.flatMap((claim): Taker[] => {
      if (claim.port !== port) return [];
      if (claim.isAway) return [{ claim, tunnel: undefined }];
      if (!claim.live) return [];
      const tunnel = claim.claimant.liveTunnel(claim.terms.tunnel);
      return tunnel === undefined ? [] : [{ claim, tunnel }];
    });
  }
}

const compiled = new WeakMap<Filter, CompiledFilter>();

/** The alternative by which a request is taken; an empty one for the whole port. */
function takenBy(filter: Filter | undefined, head: RequestHead): Alternative | undefined {
  if (filter === undefined) return [];
  let ready = compiled.get(filter);
  if (ready === undefined) {
    ready = compileFilter(filter);
    compiled.set(filter, ready);
  }
  return matchOf(ready, head);
}
