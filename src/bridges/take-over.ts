import { pause, withDeadline } from '../common/deadline.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { AgentEvent, Owner } from '../protocol/index.ts';
import type { AgentClaim } from './agent-claim.ts';
import { claimOf } from './claim-of.ts';
import type { Traffic } from './in-use.ts';
import type { BridgeAgent } from './ports.ts';
import { refusal } from './refusal.ts';

/** While the user of the holder is asked, their session is asked again so often, milliseconds, and for so long. */
const AGAIN_MS = 1000;
const PATIENCE_MS = 90_000;

/** How long an agent may take to say what comes. */
const SAYS = { name: 'the answer of an agent', ms: 2000 };

/** Somebody else's session wants the port of a bridge. */
export interface Wanted {
  readonly bridge: BridgedPort;
  readonly by: Owner;
  /** Id of the session that asks. */
  readonly session: string;
  /** Finds out what comes to the bridge now. Never rejects. */
  readonly traffic: () => Promise<Traffic>;
}

/** Whether a bridge lets go of its port. */
export interface Decision {
  readonly yields: boolean;
  /** Why it does not, in words; empty when it does. */
  readonly reason: string;
  /** Somebody is being asked: another decision may come to whoever asks again. */
  readonly waits?: true;
}

/** The decision of whoever lets go. */
export const YIELDS: Decision = { yields: true, reason: '' };

/** How a session holds its bridges, and lets go of them. */
export interface HoldingTerms {
  /** Id of the session. */
  readonly session: string;
  /** Decides for all replicas when somebody wants the port of a bridge. Never rejects. */
  readonly decide: (wanted: Wanted) => Promise<Decision>;
  /** How long requests in flight may take then, milliseconds. */
  readonly drainMs: () => number;
  /** What the process before this one has given to others: it is not claimed when it is opened for the first time. */
  readonly givenUp: GivenUp;
  /** Hears of whom this session has asked, and who asks their user, which takes its time. */
  readonly waiting: (bridge: BridgedPort, owner: Owner) => void;
}

/** Bridges that a session has given to others before, by their names: who has them. */
export type GivenUp = ReadonlyMap<string, string>;

/** Lets go of nothing. */
export const FOR_NOBODY: HoldingTerms = {
  session: '',
  decide: async () => ({ yields: false, reason: 'it is not let go of' }),
  drainMs: () => 0,
  givenUp: new Map(),
  waiting: () => {},
};

/** Who they are, as part of a sentence: `ann@desk (project shop)`. */
export function ownerName({ user, project }: Owner): string {
  return `${user} (project ${project})`;
}

/** How a port is claimed. */
export interface ClaimTerms {
  /** Whoever has the port is asked to let go of it. */
  readonly takesOver: boolean;
  readonly signal: AbortSignal;
  /** Hears who is being asked in their terminal, which takes its time. */
  readonly waiting: (owner: Owner) => void;
}

/** Claims the port of a bridge at an agent. Errors: the refusal; `agent-failed` when the connection breaks. */
export async function claimAt(bridge: BridgedPort, agent: BridgeAgent, terms: ClaimTerms): Promise<void> {
  const claim = claimOf(bridge, agent.probeUserAgents(bridge.port));
  const answer = await agent.request(claim);
  if (answer.type !== 'refused') return;
  const { holder, tunnel } = answer;
  if (!terms.takesOver || holder === undefined || tunnel !== undefined) throw refusal(bridge, agent, answer);
  const { port, traffic } = bridge;
  const filter = traffic.filter === undefined ? {} : { filter: traffic.filter };
  const decided = await untilDecided(() => agent.request({ type: 'ask', port, ...filter, now: true }), terms);
  const again = decided.type === 'refused' ? decided : await agent.request(claim);
  if (again.type === 'refused') throw refusal(bridge, agent, again, decided.type === 'refused');
}

/** Asks until nobody has to be waited for any more. Errors: those of `ask`. */
export async function untilDecided(
  ask: () => Promise<AgentEvent>,
  { signal, waiting }: Pick<ClaimTerms, 'signal' | 'waiting'>,
): Promise<AgentEvent> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    const answer = await ask();
    if (answer.type !== 'refused' || answer.waits !== true) return answer;
    if (signal.aborted || performance.now() > deadline) return answer;
    if (isFirst && answer.holder !== undefined) waiting(answer.holder.owner);
    await pause(AGAIN_MS, signal);
  }
}

/** What a session decides, by what comes to the bridge at its agents. One that is silent has given it back by itself. */
export function decisionOn(
  wanted: Omit<Wanted, 'traffic'>,
  claims: ReadonlyMap<BridgeAgent, Pick<AgentClaim, 'since'>>,
  { session, decide }: HoldingTerms,
): Promise<Decision> {
  const held = [...claims].flatMap(([agent, { since }]) =>
    since === undefined || agent.isSilent ? [] : [{ agent, since }],
  );
  return decide({ ...wanted, traffic: () => trafficAt(held, wanted.bridge, session) });
}

async function trafficAt(
  held: readonly { readonly agent: BridgeAgent; readonly since: number }[],
  { port }: BridgedPort,
  session: string,
): Promise<Traffic> {
  const said = await Promise.all(
    held.map(async ({ agent, since }) => {
      const heldMs = performance.now() - since;
      const answer = await withDeadline(SAYS, undefined, () => agent.request({ type: 'held' })).catch(
        () => undefined,
      );
      if (answer?.type !== 'held') return { quiet: [], heldMs, unheard: agent.place };
      const own = answer.claims.filter((claim) => claim.session === session && claim.port === port);
      return { quiet: own.flatMap(({ quietMs }) => quietMs ?? []), heldMs, unheard: undefined };
    }),
  );
  const quiet = said.flatMap((one) => one.quiet);
  return {
    quietMs: quiet.length === 0 ? undefined : Math.min(...quiet),
    heldMs: Math.min(...said.map(({ heldMs }) => heldMs)),
    unheard: said.find(({ unheard }) => unheard !== undefined)?.unheard,
  };
}
