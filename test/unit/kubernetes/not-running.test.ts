import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/kubernetes/environment.ts';
import { readFiles } from '../../../src/kubernetes/files.ts';
import { podToAsk } from '../../../src/kubernetes/pod-state.ts';
import { preflight } from '../../../src/kubernetes/preflight.ts';
import { resolveTarget } from '../../../src/kubernetes/targets.ts';
import { aTarget } from '../../builders/workspace.ts';
import { aPod, aTinyCluster } from './tiny-cluster.ts';

const target = aTarget('pod/shop/app');
const base = '/api/v1/namespaces/shop';

const spec: V1Pod['spec'] = {
  containers: [
    {
      name: 'app',
      image: 'nowhere/app',
      ports: [{ containerPort: 8155 }],
      readinessProbe: { httpGet: { path: '/', port: 8155 } },
      env: [{ name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } }],
      volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
    },
  ],
  volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
};

const settings = { [`${base}/configmaps/settings`]: { data: { color: 'green' } } };
const allowed = {
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { status: { allowed: true } },
  [`${base}/pods/shop/ephemeralcontainers`]: {},
};
const services = {
  [`${base}/services`]: { items: [{ metadata: { name: 'web' }, spec: { selector: { app: 'shop' } } }] },
};

/** The pod of which one container waits for something that does not come. */
function stuck(reason: string | undefined): V1Pod {
  const state = reason === undefined ? { running: {} } : { waiting: { reason } };
  const app = { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state };
  const pod = aPod('shop', spec);
  const phase = reason === 'ImagePullBackOff' ? 'Pending' : 'Running';
  return { ...pod, status: { phase, podIP: '10.0.0.1', containerStatuses: [app] } };
}

const PATCH = `kubectl -n shop patch service web -p '{"spec":{"publishNotReadyAddresses":true}}'`;

describe.each(['ImagePullBackOff', 'CrashLoopBackOff'])('a pod in %s', (reason) => {
  it('is a target: it says why its container does not run, and why nothing comes', async () => {
    await using cluster = await aTinyCluster({ objects: services, pods: [stuck(reason)] });
    const { places, closedWay } = await resolveTarget(cluster.api, target);
    expect(places).toMatchObject([{ isReady: false, isStarting: false, trouble: `app: ${reason}` }]);
    expect(closedWay).toEqual({
      why: 'no pod of it is ready, so that Service web sends nothing there',
      remedy: PATCH,
    });
  });

  it('has its variables, and files of ConfigMaps; others are refused with the reason', async () => {
    await using cluster = await aTinyCluster({ objects: settings, pods: [stuck(reason)] });
    expect(await readEnvironment(cluster.api, target)).toMatchObject({ COLOR: 'green' });
    const files = await readFiles(cluster.api, target, '/etc/settings');
    expect(files.map(({ path, content }) => [path, String(content)])).toEqual([['color', 'green']]);
    await expect(readFiles(cluster.api, target, '/var/data')).rejects.toThrow(
      `the files in /var/data of pod/shop/app cannot be read: container app does not run in pod shop (app: ${reason})`,
    );
  });

  it('is told of by plan, without a way that does not help', async () => {
    const objects = { ...services, ...allowed };
    await using cluster = await aTinyCluster({ objects, pods: [stuck(reason)] });
    const needs = { project: 'shop', outbound: [], environments: [], agentImage: 'agent:1' };
    const found = await preflight(cluster.api, {
      ...needs,
      bridges: [{ target, port: 8155 }],
      files: [{ from: target, source: '/var/data' }],
    });
    expect(found.warnings).toEqual([
      `pod/shop/app: no pod of it is ready, so that Service web sends nothing there; what makes it: ${PATCH}`,
    ]);
    expect(found.problems).toMatchObject([{ code: 'files-unreadable' }]);
  });
});

it('of a pod that runs and does not get ready the other way is told, unless it is taken', async () => {
  const objects = { ...services, ...allowed };
  await using cluster = await aTinyCluster({ objects, pods: [stuck(undefined)] });
  const needs = { project: 'shop', outbound: [], environments: [], files: [], agentImage: 'agent:1' };
  const told = async (probes: 'original' | 'mine') =>
    (await preflight(cluster.api, { ...needs, bridges: [{ target, port: 8155, probes }] })).warnings;
  expect(await told('original')).toEqual([
    expect.stringMatching(/publishNotReadyAddresses.*, or `probes: mine` on the bridge/),
  ]);
  expect(await told('mine')).toEqual([expect.not.stringContaining('probes: mine')]);
});

it('of several pods the one is asked whose container runs, then one that has a network', () => {
  const fresh: V1Pod = { ...aPod('fresh', spec), status: { phase: 'Pending' } };
  const { metadata } = aPod('ended', spec);
  const ended: V1Pod = { ...stuck(undefined), metadata: { ...metadata, deletionTimestamp: new Date() } };
  expect(podToAsk([ended], 'app')).toBeUndefined();
  expect(podToAsk([fresh], 'app')).toBe(fresh);
  const waiting = stuck('CrashLoopBackOff');
  expect(podToAsk([ended, fresh, waiting], 'app')).toBe(waiting);
  const running = stuck(undefined);
  expect(podToAsk([fresh, waiting, running], 'app')).toBe(running);
});
