import type { V1EphemeralContainer } from '@kubernetes/client-node';
import { DevenvError } from '../common/errors.ts';
import type { Place } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { imageAdvice, isImageProblem } from './image-advice.ts';
import { type PodAddress, podAt, podPath } from './pod-address.ts';

/** Why there is no agent in a pod, as errors with the code `agent-failed`. */

const EVIDENCE_LINES = 15;

/** None can be placed there. */
export function noAgentIn(place: Place, why: string): DevenvError {
  return new DevenvError({
    code: 'agent-failed',
    message: `no agent can be placed in pod ${place.name}: ${why}`,
    owner: 'environment',
  });
}

/** It waits for something that does not come by itself. */
export function stuckAgent(
  api: ClusterApi,
  place: Place,
  agent: V1EphemeralContainer,
  reason = '',
  message = '',
): DevenvError {
  return new DevenvError({
    code: 'agent-failed',
    message: `the agent in pod ${place.name} does not start: ${reason}`,
    evidence: message === '' ? [] : [message],
    owner: 'environment',
    ...(isImageProblem(reason) ? { hint: imageAdvice(api.cluster.context, agent.image ?? '') } : {}),
  });
}

/** It ended right after its start, with these last lines. */
export async function endedAgent(
  api: ClusterApi,
  place: Place,
  container: string,
  code: number,
): Promise<DevenvError> {
  return new DevenvError({
    code: 'agent-failed',
    message: `the agent in pod ${place.name} ended right after its start with exit code ${code}`,
    evidence: await lastLines(api, podAt(place), container),
    owner: 'environment',
  });
}

/** The last output of a container; none where it cannot be read. */
async function lastLines(
  api: ClusterApi,
  address: PodAddress,
  container: string,
): Promise<readonly string[]> {
  try {
    const text = await api.text({
      doing: `read the log of ${container}`,
      path: podPath(address, 'log'),
      query: { container, tailLines: String(EVIDENCE_LINES) },
    });
    return text.trimEnd().split('\n');
  } catch {
    return [];
  }
}
