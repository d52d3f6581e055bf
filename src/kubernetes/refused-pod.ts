import type { CoreV1Event, V1Job } from '@kubernetes/client-node';
import type { DevenvError } from '../common/errors.ts';
import { ApiRefusal, isRuleRefusal, statusOf } from './failures.ts';
import { limitsOf } from './limits.ts';
import { notLetIn, whoAllowsAgent } from './refusal.ts';
import type { Asks } from './standalone-objects.ts';

/**
 * Why the cluster does not let in the pod of a Job, as the Job's controller has told; undefined where it has told nothing,
 * or nothing final. Errors: those of the API, but for events that may not be read, which tell nothing.
 */
export async function refusedPod(
  api: Asks,
  { metadata }: V1Job,
  image: string,
): Promise<DevenvError | undefined> {
  const { namespace } = api.cluster;
  const refusal = (await eventsOf(api, metadata?.uid ?? ''))
    .map(({ message = '' }) => new ApiRefusal(403, 'Forbidden', message.replace(/^Error creating: /, '')))
    // Where an object was changed meanwhile, or a webhook did not answer, the controller tries again.
    .find((one) => isRuleRefusal(one) && /is forbidden|denied the request/.test(one.message));
  if (refusal === undefined) return undefined;
  return notLetIn(
    `namespace ${namespace} does not let in the pod of the standalone agent, Job ${metadata?.name}`,
    { refusal },
    whoAllowsAgent({ namespace, refusal }, image),
    await limitsOf(api, refusal),
  );
}

async function eventsOf(api: Asks, uid: string): Promise<readonly CoreV1Event[]> {
  const path = `/api/v1/namespaces/${api.cluster.namespace}/events`;
  const query = { fieldSelector: `involvedObject.uid=${uid},reason=FailedCreate` };
  try {
    return (await api.send<{ items: CoreV1Event[] }>({ doing: 'read events of a Job', path, query })).items;
  } catch (error) {
    if (statusOf(error) === 403) return [];
    throw error;
  }
}
