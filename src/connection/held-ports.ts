import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorCode } from '../common/errors.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { Place, Platform } from '../platform/index.ts';
import {
  type AgentEvent,
  type AgentRequest,
  type AskRequest,
  type ClaimSummary,
  decodeAgentEvent,
} from '../protocol/index.ts';
import { ControlClient, greet, type Unnumbered } from '../wire/index.ts';
import { greetingOf } from './greeting-of.ts';

/** An agent that asks others for something waits some seconds for their answer. */
const DEADLINE = { held: 4000, ask: 9000 };

/** What says only that this agent does not tell; it may be of another version, or about to end. */
const OF_THE_AGENT: ReadonlySet<ErrorCode> = new Set([
  'agent-failed',
  'deadline-passed',
  'permission-missing',
  'protocol-mismatch',
]);

/**
 * Ports that sessions hold at a place now, as its agent says; none where no agent runs, for none is placed to be asked,
 * and where it does not answer. Errors: those of the platform.
 */
export async function heldPorts(
  platform: Platform,
  place: Place,
  identity: SessionIdentity,
): Promise<readonly ClaimSummary[]> {
  const answer = await lookedUp(platform, place, identity, { type: 'held' });
  return answer?.type === 'held' ? answer.claims : [];
}

/**
 * Asks whoever has a port at a place whether they would let go of it. Undefined where nobody can be asked, as `heldPorts`.
 * Errors: those of the platform.
 */
export function askHolders(
  platform: Platform,
  place: Place,
  identity: SessionIdentity,
  terms: Pick<AskRequest, 'port' | 'filter'>,
): Promise<AgentEvent | undefined> {
  return lookedUp(platform, place, identity, { type: 'ask', ...terms, now: false });
}

async function lookedUp(
  platform: Platform,
  place: Place,
  identity: SessionIdentity,
  request: Extract<Unnumbered<AgentRequest>, { type: keyof typeof DEADLINE }>,
): Promise<AgentEvent | undefined> {
  let duplex: Duplex | undefined;
  try {
    return await withDeadline(
      { name: 'the answer of an agent', ms: DEADLINE[request.type] },
      undefined,
      async (signal) => {
        const agent = await platform.findAgent(place, 'net');
        if (agent === undefined) return undefined;
        duplex = await platform.dialAgent(agent, signal);
        await greet(duplex, greetingOf(identity, agent, 'look', ''), signal);
        const control = new ControlClient<AgentRequest, AgentEvent>(duplex, decodeAgentEvent, () => {});
        return await control.request(request);
      },
    );
  } catch (error) {
    if (error instanceof DevenvError && OF_THE_AGENT.has(error.code)) return undefined;
    throw error;
  } finally {
    duplex?.destroy();
  }
}
