import type { V1Pod, V1ServiceAccountTokenProjection } from '@kubernetes/client-node';
import type { ClusterApi } from './api.ts';

/** A token is asked for anew when so much of its time has passed, as the kubelet does. */
const RENEWED_AT = 0.8;
const DEFAULT_SECONDS = 3600;

interface Issued {
  readonly token: string;
  readonly renewAt: number;
}

const issued = new WeakMap<ClusterApi, Map<string, Issued>>();

/** A token like the one in a pod's volume: of its service account, for the same audience, valid as long as the pod. */
export async function serviceAccountToken(
  api: ClusterApi,
  pod: V1Pod,
  { audience, expirationSeconds = DEFAULT_SECONDS }: V1ServiceAccountTokenProjection,
): Promise<string> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const account = pod.spec?.serviceAccountName ?? 'default';
  const known = issued.get(api) ?? new Map<string, Issued>();
  issued.set(api, known);
  const key = JSON.stringify([uid, audience, expirationSeconds]);
  const before = known.get(key);
  if (before !== undefined && before.renewAt > Date.now()) return before.token;
  const answer = await api.send<{ status?: { token?: string } }>({
    doing: `get a token of service account ${account}`,
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: {
      spec: {
        ...(audience === undefined ? {} : { audiences: [audience] }),
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    },
  });
  const token = answer.status?.token ?? '';
  known.set(key, { token, renewAt: Date.now() + expirationSeconds * RENEWED_AT * 1000 });
  return token;
}
