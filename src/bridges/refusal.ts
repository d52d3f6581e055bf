import { DevenvError } from '../common/errors.ts';
import { filterText } from '../match/index.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { AgentEvent, ClaimSummary } from '../protocol/index.ts';
import { agoText } from './ago-text.ts';
import type { BridgeAgent } from './ports.ts';

/** The error of a claim that an agent has refused. `wasAsked`: its holder was asked, and the refusal says why it stays. */
export function refusal(
  bridge: BridgedPort,
  agent: Pick<BridgeAgent, 'place'>,
  refused: Extract<AgentEvent, { type: 'refused' }>,
  wasAsked = false,
): DevenvError {
  const { holder, tunnel, reason } = refused;
  if (holder === undefined) {
    return new DevenvError({
      code: 'agent-failed',
      message: `the agent at ${agent.place} refused port ${bridge.port}: ${reason}`,
      owner: 'environment',
    });
  }
  if (tunnel !== undefined) {
    return new DevenvError({
      code: 'target-conflict',
      message: `port ${bridge.port} of ${bridge.target} is bridged by service ${tunnel} of this file already, under another name of the same pod`,
      hint: 'remove one of the two bridges from the file',
      owner: 'user',
    });
  }
  return heldByAnother(bridge, holder, wasAsked ? reason : undefined);
}

/** The error of a port that another session has; `kept`: why that one does not let go of it, absent = it was not asked. */
export function heldByAnother(
  { port, target }: Pick<BridgedPort, 'port' | 'target'>,
  holder: ClaimSummary,
  kept?: string,
): DevenvError {
  const { user, project, since } = holder.owner;
  const use = kept === undefined ? lastUse(holder) : `; ${kept}`;
  const asking = kept === undefined ? '`devenv up --takeover` asks for it; or ' : '';
  const isFiltered = holder.filter?.match !== undefined;
  const what = isFiltered ? `: ${filterText(holder.filter)} are` : ' is';
  const remedy = isFiltered
    ? 'let `match` ask for others'
    : 'take only some of its requests, by `match`, or bridge another target';
  return new DevenvError({
    code: 'target-conflict',
    message: `port ${port} of ${target}${what} held by ${user} (project ${project}, since ${new Date(since).toISOString()})${use}`,
    hint: `${asking}ask ${user} to run \`devenv down\` in project ${project}, or ${remedy}`,
    owner: 'user',
  });
}

/** What is known of its use, as the end of a sentence. */
function lastUse({ quietMs }: ClaimSummary): string {
  if (quietMs === undefined) return '';
  return quietMs === 0 ? ', a request is in flight' : `, the last request came ${agoText(quietMs)}`;
}
