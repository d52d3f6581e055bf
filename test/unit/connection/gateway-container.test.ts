import { describe, expect, it } from 'vitest';
import { gatewayContainer, machineNetwork } from '../../../src/connection/gateway-container.ts';
import type { GatewaySettings } from '../../../src/connection/operation.ts';
import { ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';

const place = { name: 'g', image: 'i', network: 'n', ownSubnets: [], mounts: [], labels: {} };
const settings: GatewaySettings = {
  service: 'db',
  leadsTo: 'nothing',
  neighbours: [],
  onMachine: false,
  ports: [],
  extraHosts: [],
  namespace: { ...ORDINARY_NAMESPACE, hostname: 'h', aliases: ['sql'], dns: ['10.0.0.1'], dnsSearch: ['a'] },
  loopbackPorts: [],
  directories: [],
  config: '',
};

describe('the container of a network namespace', () => {
  it('is found by all names of its service, and has its own name and name servers', () => {
    expect(gatewayContainer(settings, place)).toMatchObject({
      network: { aliases: ['db', 'sql'] },
      namespace: { hostname: 'h', dns: ['10.0.0.1'], dnsSearch: ['a'] },
    });
  });

  it.each(['none', 'host'] as const)('is in the engine’s network where the file says so: %s', (kind) => {
    const namespace = { ...ORDINARY_NAMESPACE, networkMode: { kind } };
    expect(gatewayContainer({ ...settings, namespace }, place).network).toEqual({
      kind: 'network',
      name: kind,
      aliases: [],
    });
  });

  it('reaches this machine through the session within a workload, else as the engine has it', () => {
    const extraHosts = [
      { name: 'laptop', address: 'host-gateway' },
      { name: 'db', address: '10.0.0.1' },
    ];
    expect(gatewayContainer({ ...settings, extraHosts }, place).extraHosts).toEqual(extraHosts);
    const within = [{ name: 'laptop', address: '198.51.100.1' }, extraHosts[1]];
    expect(gatewayContainer({ ...settings, extraHosts, leadsTo: 'workload' }, place).extraHosts).toEqual(
      within,
    );
    expect(machineNetwork({ ...settings, extraHosts, onMachine: true }, 'g', {}).extraHosts).toEqual(within);
  });

  it('has a gateway for its neighbours alone in no workload’s network', () => {
    const neighbours = [{ name: 'app', address: '198.51.100.9' }];
    expect(gatewayContainer({ ...settings, leadsTo: 'neighbours', neighbours }, place)).toMatchObject({
      command: ['gateway'],
      environment: { DEVENV_LEADS_TO: 'neighbours', DEVENV_GUARD: '' },
      extraHosts: neighbours,
      namespace: { dns: ['10.0.0.1'] },
    });
  });

  it('leaves names to the agent within a workload', () => {
    expect(gatewayContainer({ ...settings, leadsTo: 'workload' }, place)).toMatchObject({
      network: { aliases: ['db', 'sql'] },
      namespace: { hostname: 'h', dns: [], dnsSearch: [] },
    });
  });
});
