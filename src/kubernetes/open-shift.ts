import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';

const known = new WeakMap<object, Promise<boolean>>();

/**
 * Whether the cluster gives containers their users itself and refuses others, as OpenShift does. Asked once.
 * Errors: `cluster-unreachable`.
 */
export function assignsUsers(api: Pick<ClusterApi, 'send'>): Promise<boolean> {
  const asked = known.get(api) ?? hasGroup(api);
  known.set(api, asked);
  // What was not answered is asked again.
  asked.catch(() => known.delete(api));
  return asked;
}

async function hasGroup(api: Pick<ClusterApi, 'send'>): Promise<boolean> {
  try {
    await api.send({ doing: 'ask what the cluster is', path: '/apis/security.openshift.io' });
    return true;
  } catch (error) {
    // Where not even this may be asked, it is not known; most clusters are none.
    if (statusOf(error) === undefined) throw error;
    return false;
  }
}
