import { describe, expect, it } from 'vitest';
import { gatewayConfig, linkConfig } from '../../../src/connection/plan.ts';
import { serviceConfig } from '../../../src/containers/service-config.ts';
import { type Desired, NOTHING_DESIRED, planPass } from '../../../src/converge/index.ts';
import { filesConfig } from '../../../src/files/plan.ts';
import { NOTHING_LIVE, type Observed } from '../../../src/model/observed.ts';
import { planText } from '../../../src/model/plan.ts';
import { sharedDirectories } from '../../../src/model/shared-directory.ts';
import type { Service } from '../../../src/model/workspace.ts';
import { anObserved, anObservedContainer } from '../../builders/observed.ts';
import { aBridge, aService, aTarget, WHOLE_PORTS } from '../../builders/workspace.ts';

const bridged = aService({ bridges: [aBridge('container/shop-api', 8155)] });

function desired(...services: readonly Service[]): Desired {
  return { project: 'shop', services, forwards: [], platform: 'docker', agentImage: 'agent:1' };
}

function textOf(want: Desired, observed: Observed): string {
  return planText(planPass(want, observed));
}

/** What is there after a pass that brought up the services of a file, the first of them bridged. */
function converged(service: Service, fields: Partial<Observed> = {}): Observed {
  const directories = sharedDirectories('shop', service);
  const gateway = anObservedContainer({
    id: 'g1',
    config: gatewayConfig('agent:1', {
      leadsTo: 'workload',
      neighbours: [],
      onMachine: false,
      ports: service.ports,
      extraHosts: [],
      namespace: service.namespace,
      loopbackPorts: [],
      directories,
    }),
  });
  return anObserved({
    networks: [{ id: 'n1', name: 'gefyra-shop', session: 's1' }],
    gateways: [gateway],
    services: [anObservedContainer({ config: serviceConfig(service, 'sha256:1', service.environment) })],
    live: {
      targets: [{ target: 'container/shop-api', agents: 'net' }],
      forwards: [],
      links: [
        {
          service: 'app',
          gateway: 'g1',
          config: linkConfig({
            service: 'app',
            targets: ['container/shop-api'],
            ports: [8155],
            awaitedDebugger: undefined,
            names: { own: [], bridged: ['app'] },
            neighbours: [],
          }),
          state: 'up',
        },
      ],
      bridges: [
        {
          name: 'app:8155',
          target: 'container/shop-api',
          service: 'app',
          port: 8155,
          local: 8155,
          traffic: WHOLE_PORTS,
        },
      ],
      files: directories.length === 0 ? [] : [{ service: 'app', config: filesConfig(directories) }],
    },
    ...fields,
  });
}

describe('a plan', () => {
  it('makes everything for a bridged service, from the network to the bridge', () => {
    expect(textOf(desired(bridged), anObserved())).toMatchInlineSnapshot(`
      "create agent/container/shop-api (not connected; takes ports over with NET_ADMIN)
      create network (not found)
      create gateway/app (not found) after network
      open link/app (not connected) after agent/container/shop-api, gateway/app
      open bridge/app:8155 (container/shop-api is not bridged) after link/app
      create container/app (not found) after bridge/app:8155, gateway/app, link/app"
    `);
  });

  it('gets missing images before it makes anything', () => {
    expect(textOf(desired(bridged), anObserved({ images: new Map() }))).toMatchInlineSnapshot(`
      "create image/agent (not found)
      create image/shop:dev (not found)
      create agent/container/shop-api (not connected; takes ports over with NET_ADMIN) after image/agent, image/shop:dev
      create network (not found) after image/agent, image/shop:dev
      create gateway/app (not found) after image/agent, image/shop:dev, network
      open link/app (not connected) after agent/container/shop-api, gateway/app
      open bridge/app:8155 (container/shop-api is not bridged) after link/app
      create container/app (not found) after bridge/app:8155, gateway/app, image/agent, image/shop:dev, link/app"
    `);
  });

  it('gives a service without bridges a namespace of its own and nothing more', () => {
    expect(textOf(desired(aService({ name: 'db' })), anObserved())).toMatchInlineSnapshot(`
      "create network (not found)
      create gateway/db (not found) after network
      create container/db (not found) after gateway/db"
    `);
  });

  it('asks for agents that take ports over where a bridge wants that, and nowhere else', () => {
    const envFrom = [{ target: aTarget('deployment/api'), include: ['*'], exclude: [] }];
    const connects = aService({ name: 'job', envFrom });
    const bridges = aService({ name: 'app', bridges: [aBridge('deployment/api', 8155)] });
    const steps = (live: Observed['live'], ...services: readonly Service[]) => {
      const lines = textOf({ ...desired(...services), platform: 'kubernetes' }, anObserved({ live }));
      return lines.split('\n').filter((line) => /^\w+ agent\//.test(line));
    };
    const joined = (agents: 'net' | 'plain') => ({
      ...NOTHING_LIVE,
      targets: [{ target: 'deployment/api', agents }],
    });
    const plain = 'create agent/deployment/api (not connected; needs no capability)';
    expect(steps(NOTHING_LIVE, connects)).toEqual([plain]);
    const standalone = 'create agent/namespace (not connected; needs no capability)';
    expect(steps(NOTHING_LIVE, aService())).toEqual([standalone]);
    const net = 'create agent/deployment/api (not connected; takes ports over with NET_ADMIN)';
    expect(steps(NOTHING_LIVE, connects, bridges)).toEqual([net]);
    const raised = 'replace agent/deployment/api (bridged now; takes ports over with NET_ADMIN)';
    expect(steps(joined('plain'), connects, bridges)).toEqual([raised]);
    expect(steps(joined('net'), connects)).toEqual([]);
  });

  it('is empty when everything is as it should be', () => {
    expect(textOf(desired(bridged), converged(bridged))).toBe('');
  });

  it('makes only the container anew when its environment changed', () => {
    const changed = aService({ ...bridged, environment: { LOG_LEVEL: 'debug' } });
    expect(textOf(desired(changed), converged(bridged))).toMatchInlineSnapshot(
      `"replace container/app (environment changed)"`,
    );
  });

  it('makes a container anew that has joined a network namespace which is not there any more', () => {
    const observed = converged(bridged);
    const services = observed.services.map((service) => ({ ...service, namespaceOwner: 'g0' }));
    expect(textOf(desired(bridged), { ...observed, services })).toBe(
      'replace container/app (its network namespace is replaced)',
    );
    const joined = observed.services.map((service) => ({ ...service, namespaceOwner: 'g1' }));
    expect(textOf(desired(bridged), { ...observed, services: joined })).toBe('');
  });

  it('opens a link anew that is lost', () => {
    const observed = converged(bridged);
    const links = observed.live.links.map((link) => ({ ...link, state: 'lost' as const }));
    expect(textOf(desired(bridged), { ...observed, live: { ...observed.live, links } })).toBe(
      'replace link/app (it is lost)',
    );
  });

  it('makes the network namespace and all that joined it anew when a published port changed', () => {
    const changed = aService({
      ...bridged,
      ports: [{ hostIp: '127.0.0.1', published: 8080, target: 80, protocol: 'tcp' }],
    });
    expect(textOf(desired(changed), converged(bridged))).toMatchInlineSnapshot(`
      "replace gateway/app (ports changed)
      replace link/app (its gateway is replaced) after gateway/app
      replace container/app (its network namespace is replaced) after gateway/app, link/app"
    `);
  });

  it('moves a bridge to another port of the service without touching the container', () => {
    const changed = aService({
      bridges: [{ ...aBridge('container/shop-api'), ports: [{ container: 8155, local: 9000 }] }],
    });
    expect(textOf(desired(changed), converged(bridged))).toMatchInlineSnapshot(`
      "replace link/app (ports changed)
      replace bridge/app:8155 (local port changed from 8155) after link/app"
    `);
  });

  it('gives a port back from one service before another claims it', () => {
    const other = aService({ name: 'next', bridges: bridged.bridges });
    const former = aService({ name: 'app' });
    expect(textOf(desired(former, other), converged(bridged))).toMatchInlineSnapshot(`
      "close bridge/app:8155 (not wanted)
      create gateway/next (not found)
      close link/app (not wanted) after bridge/app:8155
      replace gateway/app (workload changed) after bridge/app:8155, link/app
      replace container/app (its network namespace is replaced) after bridge/app:8155, gateway/app
      open link/next (not connected) after gateway/next
      open bridge/next:8155 (container/shop-api is not bridged) after bridge/app:8155, link/next
      create container/next (not found) after bridge/next:8155, gateway/next, link/next"
    `);
  });

  it('tells bridges apart that take the same port of several workloads', () => {
    const twice = aService({
      bridges: [aBridge('container/shop-api', 8155), aBridge('container/shop-web', 8155)],
    });
    const { steps } = planPass(desired(twice), anObserved());
    const ofBridges = steps.filter(({ resource }) => resource.startsWith('bridge/'));
    expect(planText({ steps: ofBridges })).toMatchInlineSnapshot(`
      "open bridge/app:8155@container/shop-api (container/shop-api is not bridged)
      open bridge/app:8155@container/shop-web (container/shop-web is not bridged)"
    `);
  });

  it('leaves a bridge open when its service takes the same port of another workload as well', () => {
    const twice = aService({
      bridges: [aBridge('container/shop-api', 8155), aBridge('container/shop-web', 8155)],
    });
    const { steps } = planPass(desired(twice), converged(bridged));
    const ofBridges = steps.filter(({ resource }) => resource.startsWith('bridge/'));
    expect(planText({ steps: ofBridges })).toMatchInlineSnapshot(
      `"open bridge/app:8155@container/shop-web (container/shop-web is not bridged)"`,
    );
  });

  it('gives a port back before another claims it at what may be another name of the same pod', () => {
    const other = aService({ name: 'next', bridges: [aBridge('compose/shop/api', 8155)] });
    expect(textOf(desired(aService(), other), converged(bridged))).toContain(
      'open bridge/next:8155 (compose/shop/api is not bridged) after bridge/app:8155, link/next\n',
    );
  });

  it('gives both ports back before either is claimed when two services exchange their workloads', () => {
    const [api, web] = [aBridge('container/shop-api', 8155), aBridge('container/shop-web', 8155)];
    const before = converged(bridged);
    const live = {
      ...before.live,
      bridges: [
        ...before.live.bridges,
        {
          name: 'next:8155',
          target: 'container/shop-web',
          service: 'next',
          port: 8155,
          local: 8155,
          traffic: WHOLE_PORTS,
        },
      ],
    };
    const exchanged = [aService({ bridges: [web] }), aService({ name: 'next', bridges: [api] })];
    const { steps } = planPass(desired(...exchanged), { ...before, live });
    const ofBridges = steps.filter(({ resource }) => resource.startsWith('bridge/'));
    expect(planText({ steps: ofBridges })).toMatchInlineSnapshot(`
      "close bridge/app:8155@container/shop-api (bridge/app:8155 changes)
      close bridge/next:8155@container/shop-web (bridge/next:8155 changes)
      open bridge/app:8155 (target changed from container/shop-api) after bridge/app:8155@container/shop-api, bridge/next:8155@container/shop-web
      open bridge/next:8155 (target changed from container/shop-web) after bridge/app:8155@container/shop-api, bridge/next:8155@container/shop-web"
    `);
  });

  it('keeps files of the workload current until the container that has them is replaced by one that has not', () => {
    const mounted = aService({
      ...bridged,
      volumes: [
        { kind: 'workload', from: aTarget('container/shop-api'), source: '/etc/shop', target: '/etc/shop' },
      ],
    });
    expect(textOf(desired(bridged), converged(mounted))).toMatchInlineSnapshot(`
      "replace gateway/app (files changed)
      replace link/app (its gateway is replaced) after gateway/app
      replace container/app (volumes changed) after gateway/app, link/app
      remove files/app (not wanted) after container/app"
    `);
  });

  it('closes the way into a network when the container that used it is replaced by one that does not', () => {
    const alone = aService({ environment: { LOG_LEVEL: 'debug' } });
    expect(textOf(desired(alone), converged(bridged))).toMatchInlineSnapshot(`
      "close bridge/app:8155 (not wanted)
      close link/app (not wanted) after bridge/app:8155
      remove agent/container/shop-api (not wanted) after bridge/app:8155, link/app
      replace gateway/app (workload changed) after bridge/app:8155, link/app
      replace container/app (environment changed) after bridge/app:8155, gateway/app"
    `);
  });

  it('replaces a gateway that has ended, and its link', () => {
    const observed = converged(bridged);
    const gateways = observed.gateways.map((gateway) => ({ ...gateway, running: false }));
    expect(textOf(desired(bridged), { ...observed, gateways })).toMatchInlineSnapshot(`
      "replace gateway/app (it has ended)
      replace link/app (its gateway is replaced) after gateway/app
      replace container/app (its network namespace is replaced) after gateway/app, link/app"
    `);
  });

  it('takes everything down from the bridge to the network', () => {
    expect(textOf(NOTHING_DESIRED, converged(bridged))).toMatchInlineSnapshot(`
      "close bridge/app:8155 (not wanted)
      remove container/app (not wanted) after bridge/app:8155
      close link/app (not wanted) after bridge/app:8155, container/app
      remove agent/container/shop-api (not wanted) after bridge/app:8155, link/app
      remove gateway/app (not wanted) after container/app, link/app
      remove network (not wanted) after container/app, gateway/app"
    `);
  });

  it('takes down by labels alone what a killed session left', () => {
    const left = converged(bridged);
    expect(textOf(NOTHING_DESIRED, { ...left, live: anObserved().live })).toMatchInlineSnapshot(`
      "remove container/app (not wanted)
      remove gateway/app (not wanted) after container/app
      remove network (not wanted) after container/app, gateway/app"
    `);
  });
});
