import { expect, it } from 'vitest';
import { findAgent, placeAgent } from '../../../src/kubernetes/agents.ts';
import { preflight } from '../../../src/kubernetes/preflight.ts';
import { resolveTarget } from '../../../src/kubernetes/targets.ts';
import type { PlatformNeeds } from '../../../src/platform/index.ts';
import { type Answering, aServer } from './api-server.ts';

const target = { kind: 'deployment', path: ['app'] } as const;
const needs: PlatformNeeds = {
  project: 'shop',
  bridges: [{ target, port: 8155 }],
  outbound: [],
  environments: [],
  files: [],
  agentImage: 'agent:1',
};
const spec = { containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 8155 }] }] };
const pod = {
  metadata: {
    name: 'app-1',
    namespace: 'shop',
    uid: 'uid-1',
    labels: { app: 'app', 'pod-template-hash': '1' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'app-1', controller: true }],
  },
  spec: { ...spec, nodeName: 'node' },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
};
const DEPLOYMENT = 'GET /apis/apps/v1/namespaces/shop/deployments/app';
const POD = '/api/v1/namespaces/shop/pods/app-1';
const PODS = (app: string) => `GET /api/v1/namespaces/shop/pods?labelSelector=app%3D${app}`;

/** A cluster with one Deployment and its pod. */
function aCluster(selected = () => 'app'): Answering {
  return ({ method, path }) => {
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: { allowed: true } };
    if (`${method} ${path}` === DEPLOYMENT)
      return {
        metadata: { name: 'app', uid: 'uid-0' },
        spec: { selector: { matchLabels: { app: selected() } }, template: { spec } },
      };
    if (path.includes('?labelSelector=')) return { items: path.endsWith(selected()) ? [pod] : [] };
    return pod;
  };
}

it('what stands in the way is asked in three round trips, whatever is asked', async () => {
  const { api, rounds, connections } = await aServer(aCluster());
  expect(await preflight(api, needs)).toEqual({ problems: [], warnings: [], later: [] });
  expect(rounds).toHaveLength(3);
  expect(rounds[0]).toEqual([DEPLOYMENT]);
  expect(rounds[1]).toContain(PODS('app'));
  expect(rounds[1]?.filter((asked) => /accessreviews$/.test(asked)).length).toBeGreaterThan(3);
  expect(rounds[2]).toEqual([`PATCH ${POD}/ephemeralcontainers?dryRun=All`]);
  expect(connections()).toBe(1);
});

it('a workload that is known is found with its pods in one round trip, and its agent without another', async () => {
  const { api, rounds } = await aServer(aCluster());
  await resolveTarget(api, target);
  expect(rounds.splice(0)).toEqual([[DEPLOYMENT], [PODS('app')]]);
  const { places } = await resolveTarget(api, target);
  expect(rounds).toHaveLength(1);
  expect(rounds.splice(0).flat().sort()).toEqual([PODS('app'), DEPLOYMENT]);
  const [place] = places;
  if (place === undefined) throw new Error('there is no place');
  expect(await findAgent(api, place, 'net')).toBeUndefined();
  const enough = new AbortController();
  const placing = placeAgent(api, place, { kind: 'net', image: 'agent:1', secret: 's' }, enough.signal).catch(
    () => {},
  );
  while (rounds.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(rounds[0]).toContain(`PATCH ${POD}/ephemeralcontainers`);
  enough.abort();
  await placing;
});

it('a workload that was made anew with other pods is found by these', async () => {
  let app = 'app';
  const { api, rounds } = await aServer(aCluster(() => app));
  await resolveTarget(api, target);
  app = 'other';
  rounds.splice(0);
  expect((await resolveTarget(api, target)).places).toHaveLength(1);
  expect(rounds.at(-1)).toEqual([PODS('other')]);
});
