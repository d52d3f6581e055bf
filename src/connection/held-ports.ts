import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorCode } from '../common/errors.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { Place, Platform } from '../platform/index.ts';
import {
  type AgentEvent,
  type AgentRequest,
  type ClaimSummary,
  decodeAgentEvent,
} from '../protocol/index.ts';
import { ControlClient, greet } from '../wire/index.ts';
import { greetingOf } from './greeting-of.ts';

const DEADLINE = { name: 'the answer of an agent', ms: 4000 };

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
  let duplex: Duplex | undefined;
  try {
    return await withDeadline(DEADLINE, undefined, async (signal) => {
      const agent = await platform.findAgent(place);
      if (agent === undefined) return [];
      duplex = await platform.dialAgent(agent, signal);
      await greet(duplex, greetingOf(identity, agent, 'look', ''), signal);
      const control = new ControlClient<AgentRequest, AgentEvent>(duplex, decodeAgentEvent, () => {});
      const answer = await control.request({ type: 'held' });
      return answer.type === 'held' ? answer.claims : [];
    });
  } catch (error) {
    if (error instanceof DevenvError && OF_THE_AGENT.has(error.code)) return [];
    throw error;
  } finally {
    duplex?.destroy();
  }
}
