import { describe, expect, it } from 'vitest';
import { gatewayConfig } from '../../../src/connection/plan.ts';
import { serviceConfig } from '../../../src/containers/service-config.ts';
import { NOTHING_DESIRED, planPass } from '../../../src/converge/index.ts';
import { type NetworkMode, ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { Observed } from '../../../src/model/observed.ts';
import { planText } from '../../../src/model/plan.ts';
import type { Dependency, Service } from '../../../src/model/workspace.ts';
import { anObserved, anObservedContainer } from '../../builders/observed.ts';
import { aBridge, aService } from '../../builders/workspace.ts';

function aServiceIn(networkMode: NetworkMode): Service {
  const name = networkMode.kind === 'service' ? networkMode.name : undefined;
  const on: Dependency[] =
    name === undefined
      ? []
      : [{ service: name, condition: 'service_started', required: true, restart: true }];
  return aService({ name: 'client', namespace: { ...ORDINARY_NAMESPACE, networkMode }, dependsOn: on });
}

const vpn = aService({ name: 'vpn' });
const client = aServiceIn({ kind: 'service', name: 'vpn' });

function planned(services: readonly Service[], observed: Observed) {
  return planPass(
    { project: 'shop', services, forwards: [], platform: 'docker', agentImage: 'agent:1' },
    observed,
  );
}

/** Both are there, the client in the namespace with this id. */
function both(owner: string): Observed {
  const config = gatewayConfig('agent:1', {
    leadsTo: 'nothing',
    neighbours: [],
    onMachine: false,
    ports: [],
    extraHosts: [],
    namespace: { ...ORDINARY_NAMESPACE, aliases: ['client'] },
    loopbackPorts: [],
    directories: [],
  });
  return anObserved({
    networks: [{ id: 'n1', name: 'gefyra-shop', session: 's1' }],
    gateways: [anObservedContainer({ id: 'g1', service: 'vpn', config })],
    services: [vpn, client].map((service) =>
      anObservedContainer({
        service: service.name,
        config: serviceConfig(service, 'sha256:1', {}),
        namespaceOwner: service === vpn ? 'g1' : owner,
      }),
    ),
  });
}

describe('a service in the network of another', () => {
  it('has no namespace of its own, and its name leads to the other', () => {
    const plan = planned([vpn, client], anObserved());
    expect(planText(plan)).toMatchInlineSnapshot(`
      "create network (not found)
      create gateway/vpn (not found) after network
      create container/vpn (not found) after gateway/vpn
      create container/client (not found) after container/vpn, gateway/vpn"
    `);
    const aliases = plan.steps.flatMap(({ operation }) =>
      operation.kind === 'start-gateway' ? [operation.gateway.namespace.aliases] : [],
    );
    expect(aliases).toEqual([['client']]);
  });

  it('is as it should be while it is in that namespace, and made anew in another', () => {
    expect(planText(planned([vpn, client], both('g1')))).toBe('');
    expect(planText(planned([vpn, client], both('g0')))).toMatchInlineSnapshot(
      `"replace container/client (its network namespace is replaced)"`,
    );
  });

  it('moves with it', () => {
    const other = { ...vpn, extraHosts: [{ name: 'a', address: '10.0.0.1' }] };
    expect(planText(planned([other, client], both('g1')))).toMatchInlineSnapshot(`
      "replace gateway/vpn (extra_hosts changed)
      replace container/vpn (its network namespace is replaced) after gateway/vpn
      replace container/client (its network namespace is replaced) after container/vpn, gateway/vpn"
    `);
  });

  it('is removed when the bridges of the other are closed, which may lead to it', () => {
    const observed = both('g1');
    const bridge = { name: 'vpn:80', service: 'vpn', target: 'container/x', port: 80 };
    const bridges = [{ ...bridge, local: 80, traffic: { filter: undefined } }] as never;
    const plan = planPass(NOTHING_DESIRED, { ...observed, live: { ...observed.live, bridges } });
    const removal = plan.steps.find(({ resource }) => resource === 'container/client');
    expect(removal?.after).toEqual(['bridge/vpn:80']);
  });

  it('is looked up where the other is', () => {
    const connected = { ...vpn, bridges: [aBridge('container/x', 80)] };
    const plan = planned([connected, client, aService({ name: 'db' })], anObserved());
    const [names] = plan.steps.flatMap(({ operation }) =>
      operation.kind === 'open-link' ? [operation.link.names] : [],
    );
    expect(names).toEqual({ own: ['db'], bridged: ['client', 'vpn'] });
  });
});

describe('a service outside of all networks of the project', () => {
  it.each(['none', 'host'] as const)('has no way into a workload, and no name: %s', (kind) => {
    const plan = planPass(
      {
        project: 'shop',
        services: [aServiceIn({ kind }), vpn],
        forwards: [],
        platform: 'kubernetes',
        agentImage: 'agent:1',
      },
      anObserved(),
    );
    const links = plan.steps.flatMap(({ operation }) =>
      operation.kind === 'open-link' ? [operation.link] : [],
    );
    expect(links.map(({ service, names }) => [service, names.own])).toEqual([['vpn', ['vpn']]]);
  });

  it('is made anew when the file says otherwise', () => {
    const namespace = { ...ORDINARY_NAMESPACE, networkMode: { kind: 'none' } as const };
    const observed = both('g1');
    expect(planText(planned([{ ...vpn, namespace }], { ...observed, services: [] }))).toContain(
      'replace gateway/vpn (aliases, network_mode changed)',
    );
  });
});
