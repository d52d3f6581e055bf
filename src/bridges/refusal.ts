import { DevenvError } from '../common/errors.ts';
import { filterText } from '../match/index.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { AgentEvent, ClaimSummary } from '../protocol/index.ts';
import type { BridgeAgent } from './ports.ts';

/** The error of a claim that an agent has refused. */
export function refusal(
  bridge: BridgedPort,
  agent: Pick<BridgeAgent, 'place'>,
  { holder, tunnel, reason }: Extract<AgentEvent, { type: 'refused' }>,
): DevenvError {
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
  return heldByAnother(bridge, holder);
}

/** The error of a port that another session has. */
export function heldByAnother(
  { port, target }: Pick<BridgedPort, 'port' | 'target'>,
  holder: ClaimSummary,
): DevenvError {
  const { user, project, since } = holder.owner;
  const isFiltered = holder.filter?.match !== undefined;
  const what = isFiltered ? `: ${filterText(holder.filter)} are` : ' is';
  const remedy = isFiltered
    ? 'let `match` ask for others'
    : 'take only some of its requests, by `match`, or bridge another target';
  return new DevenvError({
    code: 'target-conflict',
    message: `port ${port} of ${target}${what} held by ${user} (project ${project}, since ${new Date(since).toISOString()})`,
    hint: `ask ${user} to run \`devenv down\` in project ${project}, or ${remedy}`,
    owner: 'user',
  });
}
