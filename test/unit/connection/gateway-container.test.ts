import { describe, expect, it } from 'vitest';
import { gatewayContainer, machineNetwork } from '../../../src/connection/gateway-container.ts';
import { ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';

const place = { name: 'g', image: 'i', network: 'n', ownSubnets: [], mounts: [], labels: {} };
const settings = {
  service: 'db',
  connected: false,
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
    expect(gatewayContainer({ ...settings, extraHosts, connected: true }, place).extraHosts).toEqual(within);
    expect(machineNetwork({ ...settings, extraHosts, onMachine: true }, 'g', {}).extraHosts).toEqual(within);
  });

  it('leaves names to the agent within a workload', () => {
    expect(gatewayContainer({ ...settings, connected: true }, place)).toMatchObject({
      network: { aliases: ['db', 'sql'] },
      namespace: { hostname: 'h', dns: [], dnsSearch: [] },
    });
  });
});
