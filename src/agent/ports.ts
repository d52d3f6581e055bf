import type { ServiceWay } from './bridged-connection.ts';
import type { Claim, Claimant, ClaimKey } from './claim.ts';

/** A port that a service has now. */
export interface TakenPort extends ServiceWay {
  /** User agents of probes that stay with the original; see `AgentRequest`. */
  readonly probes: readonly string[];
}

/** Who has which port: the claims of all sessions, the oldest first. */
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

  /** The service that has a port, when its session wants it and can be reached. */
  taken(port: number): TakenPort | undefined {
    const claim = this.#claims.find((held) => held.port === port && held.live);
    const tunnel = claim?.claimant.liveTunnel(claim.terms.tunnel);
    if (claim === undefined || tunnel === undefined) return undefined;
    return { tunnel, to: claim.terms.to, probes: claim.terms.probes };
  }
}
