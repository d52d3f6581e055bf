import { describe, expect, it } from 'vitest';
import { tryAgents } from '../../../src/kubernetes/admission.ts';
import type { ClusterApi } from '../../../src/kubernetes/api.ts';
import type { ApiRequest } from '../../../src/kubernetes/api-request.ts';
import { ApiRefusal, explain } from '../../../src/kubernetes/failures.ts';
import type { Cluster } from '../../../src/kubernetes/kubeconfig.ts';
import { memoryOf } from '../../../src/kubernetes/memory.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aTarget } from '../../builders/workspace.ts';

const CLUSTER = { context: 'dev', namespace: 'shop', server: 'https://cluster', user: 'ann' } as Cluster;
const place: Place = {
  id: 'uid-1',
  name: 'api-1',
  handle: 'shop/api-1',
  isReady: true,
  isStarting: false,
  trouble: undefined,
  idleAgent: 'lingers',
  probeUserAgents: () => [],
};

const TRIED = 'gefyra-devenv-agent-preflight';
const EARLIER = 'gefyra-devenv-agent-net-v3-0';
const podSecurity = (container: string) =>
  `pods "api-1" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "${container}" must not include "NET_ADMIN" in securityContext.capabilities.add)`;
const SCC =
  'pods "api-1" is forbidden: unable to validate against any security context constraint: [provider restricted-v2: .containers[0].capabilities.add: Invalid value: "NET_ADMIN": capability may not be added]';
const AUTOPILOT =
  'admission webhook "warden-validating.common-webhooks.networking.gke.io" denied the request: GKE Warden rejected the request because it violates one or more constraints.';
const KYVERNO =
  'admission webhook "validate.kyverno.svc-fail" denied the request: policy Pod/shop/api-1 for resource violation';

/** A cluster that refuses agents by their kind; undefined = it lets them in. Its pod once got `added`. */
function aCluster(refusals: { readonly net?: string; readonly plain?: string }, ...added: readonly string[]) {
  const send = async ({ path, method = 'GET', query = {}, body, doing }: ApiRequest) => {
    if (path.endsWith('security.openshift.io')) throw explain(CLUSTER, doing, new ApiRefusal(404, '', ''));
    if (method === 'GET')
      return {
        metadata: { uid: 'uid-1', name: 'api-1' },
        spec: { containers: [{ name: 'app' }], ephemeralContainers: added.map((name) => ({ name })) },
      };
    expect(query).toEqual({ dryRun: 'All' });
    const [container] = (body as { spec: { ephemeralContainers: { securityContext: object }[] } }).spec
      .ephemeralContainers;
    const kind = JSON.stringify(container).includes('NET_ADMIN') ? 'net' : 'plain';
    const message = refusals[kind];
    if (message !== undefined) throw explain(CLUSTER, doing, new ApiRefusal(403, 'Forbidden', message));
    return {};
  };
  const api = { cluster: CLUSTER, send } as unknown as ClusterApi;
  return (...ports: readonly number[]) =>
    tryAgents(api, { target: aTarget('deployment/api'), places: [place], ports, image: 'agent:1' });
}

describe('a bridge whose agent is not let in', () => {
  it.each([
    [
      'Pod Security',
      podSecurity(TRIED),
      'kubectl label namespace shop pod-security.kubernetes.io/enforce=privileged',
    ],
    ['OpenShift', SCC, 'SecurityContextConstraints'],
    ['Autopilot', AUTOPILOT, '--workload-policies=allow-net-admin'],
    [
      'another policy',
      KYVERNO,
      'an exception: ephemeral containers named gefyra-devenv-agent-net-*, of image agent:1',
    ],
  ])('says what it needs, who can allow it, and that the rest works: %s', async (_, net, remedy) => {
    await expect(aCluster({ net })(8155, 9000)).rejects.toMatchObject({
      code: 'admission-refused',
      message:
        'ports 8155, 9000 of deployment/api cannot be bridged: namespace shop does not let in an agent that takes ports over, which needs NET_ADMIN',
      evidence: [net],
      hint: expect.stringMatching(
        new RegExp(`${escaped(remedy)}.*All the rest works there without: connections`),
      ),
    });
  });

  it('does not promise the rest where that is refused as well', async () => {
    const refused = aCluster({ net: podSecurity(EARLIER), plain: podSecurity(EARLIER) }, EARLIER)(8155);
    const { hint } = await refused.then(
      () => ({ hint: 'nothing' }),
      (error) => error,
    );
    expect(hint).toContain('replace the pod: kubectl delete pod api-1 --namespace shop');
    expect(hint).not.toContain('All the rest works');
  });
});

describe('an agent without capabilities', () => {
  it('is all that is tried where nothing is bridged', async () => {
    await aCluster({ net: podSecurity(TRIED) })();
  });

  it('that an earlier container of the pod keeps out is told so', async () => {
    const { message, hint } = await aCluster({ plain: podSecurity(EARLIER) }, EARLIER)().catch(
      (error) => error,
    );
    expect(message).toBe(
      `pod api-1 lets in no agent any more beside deployment/api: it got ${EARLIER} before namespace shop was restricted`,
    );
    expect(hint).toBe(
      'Pod Security judges all of a pod, ended ephemeral containers included, and these cannot be removed: replace the pod: kubectl delete pod api-1 --namespace shop',
    );
  });

  it("that the pod's own containers keep out is told so", async () => {
    const message = podSecurity('app').replace('container "app"', 'containers "app", "sidecar"');
    const { message: told, hint } = await aCluster({ plain: message }, 'debugger-1')().catch(
      (error) => error,
    );
    expect(told).toContain('its own app, sidecar would not be let into namespace shop either');
    expect(hint).toContain('let the workload comply with it, then replace the pod');
  });

  it('that anything else refuses is told with its words', async () => {
    const message = 'pods "api-1" is forbidden: something that nobody has heard of';
    await expect(aCluster({ plain: message })()).rejects.toMatchObject({
      code: 'admission-refused',
      message: 'namespace shop does not let in an agent beside deployment/api',
      evidence: [message],
    });
  });

  it('that may not be placed for want of a right is no matter of rules', async () => {
    const message =
      'pods "api-1" is forbidden: User "ann" cannot patch resource "pods/ephemeralcontainers" in API group "" in the namespace "shop"';
    await expect(aCluster({ plain: message })()).rejects.toMatchObject({ code: 'permission-missing' });
  });
});

it('replicas are tried one by one where something was added to them, or nothing is known of them', async () => {
  const tried: string[] = [];
  const send = async ({ path }: ApiRequest) => {
    tried.push(path);
    return {};
  };
  const api = { cluster: CLUSTER, send } as unknown as ClusterApi;
  const replica = (name: string) => ({ ...place, id: name, name, handle: `shop/${name}` });
  const pod = (name: string, added: readonly string[]) => ({
    metadata: { uid: name },
    spec: { containers: [], ephemeralContainers: added.map((one) => ({ name: one })) },
  });
  memoryOf(api).notePods([pod('a', []), pod('b', []), pod('c', [EARLIER])]);
  const places = ['a', 'b', 'c', 'd'].map(replica);
  await tryAgents(api, { target: aTarget('deployment/api'), places, ports: [8155], image: 'agent:1' });
  const paths = ['a', 'c', 'd'].map((name) => `/api/v1/namespaces/shop/pods/${name}/ephemeralcontainers`);
  expect(tried).toEqual(paths);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
