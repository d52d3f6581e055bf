import type { AgentEvent, AgentRequest, ClaimSummary, Owner } from '../protocol/index.ts';
import type { Tunnel } from '../tunnel/index.ts';
import type { DrainOptions } from './drain-original.ts';

/** What claims need of the kernel. */
export interface PortTakeover {
  /** Takes a port over for new connections. */
  start(port: number): Promise<void>;
  /** Leaves new connections of a port to the original. */
  stop(port: number): Promise<void>;
  /** Closes the connections that callers still have to the original. Errors: `Error` when the kernel cannot. */
  drainOriginal(port: number, options: DrainOptions): Promise<void>;
  /** Whether something listens on a port here, at whichever address. */
  isListenedOn(port: number): Promise<boolean>;
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
  /** The tunnel of this name is there, and its other end was not heard lately: the whole session may be gone. */
  isSilent(name: string): boolean;
  send(event: AgentEvent): void;
}

/** Who asks for what others have: a session, or somebody who only looks. */
export type Asker = Pick<Claimant, 'id' | 'owner'>;

/** What a session claims. */
export type ClaimRequest = Extract<AgentRequest, { type: 'claim' }>;

/** Which of a session's claims is meant. */
export type ClaimKey = Pick<ClaimRequest, 'port' | 'tunnel'>;

/** Which of them shall rest; `away`: its service is soon there again. */
export type RestKey = ClaimKey & { readonly away?: boolean | undefined };

/** What is claimed of a port, and for whom. */
export type ClaimTerms = Omit<ClaimRequest, 'type' | 'id'>;

/** What somebody asks others for. */
export type AskTerms = Omit<Extract<AgentRequest, { type: 'ask' }>, 'type' | 'id'>;

/** What stands in the way of a claim. */
export interface Obstacle {
  readonly holder: ClaimSummary;
  /** The claimant's own tunnel that has the port; undefined when it is another session's. */
  readonly tunnel: string | undefined;
}

/** Why a claim stays with its holder. */
export interface Refused {
  readonly holder: ClaimSummary;
  readonly reason: string;
  /** The user of the holder is being asked. */
  readonly waits?: boolean | undefined;
}

/** What a session has of a port. */
export interface Claim {
  readonly port: number;
  terms: ClaimTerms;
  claimant: Claimant;
  /** The claimant wants the traffic now; otherwise the claim rests. */
  wanted: boolean;
  /** While it rests, callers reach the original through this agent: they are easily moved when it is wanted again. */
  passes: boolean;
  /** While it rests, what is taken is treated as its `fallback` says: the service is soon there again. */
  away: boolean;
  /** The service cannot be reached now, and what is taken is treated as its `fallback` says. */
  isAway: boolean;
  /** How often its traffic was wanted: whoever was refused before may find the service there again. */
  calls: number;
  /** The port must be taken over for it now. */
  takes: boolean;
  /** What it takes reaches the service now. */
  live: boolean;
  /** What the claimant was told of `live`; a claim begins resting. */
  told: boolean;
  /** Resolves when the last change of `live` is through, whether it was possible or not. */
  settled: Promise<void>;
  /** How often it became live: what was begun for an earlier time is not wanted any more. */
  times: number;
  /** When something came to its service or was answered last, on the clock of `performance`; undefined = nothing came. */
  usedAt: number | undefined;
  /** How many connections of its port went to the original because this agent carried as many as it may. */
  passedOn: number;
}

/** A claim as it begins: resting. */
export function restingClaim(claimant: Claimant, terms: ClaimTerms): Claim {
  return {
    port: terms.port,
    terms,
    claimant,
    wanted: false,
    passes: false,
    away: false,
    isAway: false,
    calls: 0,
    takes: false,
    live: false,
    told: false,
    settled: Promise.resolve(),
    times: 0,
    usedAt: undefined,
    passedOn: 0,
  };
}

/** Why a claim that is not live is so, in words. */
export function whyNotLive({ wanted }: Claim): string {
  return wanted ? 'the connection to the machine is lost' : 'asked to rest';
}

/** What a session wants of a claim; see there. */
export type ClaimWish = Pick<Claim, 'wanted' | 'passes' | 'away'>;

/** What others are told of a claim; `quietMs`: see `ClaimSummary`. */
export function summary(claim: Claim, quietMs?: number): ClaimSummary {
  const { port, claimant, terms } = claim;
  const { filter } = terms;
  return {
    port,
    owner: claimant.owner,
    session: claimant.id,
    ...(filter !== undefined && { filter }),
    ...(quietMs !== undefined && { quietMs }),
  };
}
