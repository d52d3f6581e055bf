import type { NetworkMode } from '../../model/container-settings.ts';
import { quote } from '../tree.ts';
import { entries, items, type Reading, stringIn, under, type Value } from './reading.ts';

/** Why networks of the file are not made. */
export const ONE_NETWORK = 'all services of a project share one network, in which each is found by its name';

/**
 * Reads whose network a service is in; undefined when it is the project's. Keys that make no sense in a network that is
 * not the service's own are reported.
 */
export function readNetworkMode(
  service: Value & { readonly key: string },
  services: ReadonlySet<string>,
  reading: Reading,
): NetworkMode | undefined {
  const value = under(service, 'network_mode');
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  if (text === 'bridge' || text === 'default' || text === '') {
    reading.note(value, 'network_mode', ONE_NETWORK);
    return undefined;
  }
  const mode = modeOf(text);
  if (mode === undefined) {
    const hint = text.startsWith('container:')
      ? 'name a service of the file, `service:NAME`; to live in the network of a container, bridge it: `bridges: [{target: container/NAME, ports: […]}]`'
      : 'write none, host or service:NAME, or remove it: a service is in the network of its project';
    const message = `the network mode ${quote(text)} is not supported`;
    reading.report(value, { code: 'unsupported-value', message, hint });
    return undefined;
  }
  if (mode.kind === 'service' && mode.name === service.key) {
    const message = `service ${quote(mode.name)} is in its own network anyway`;
    reading.report(value, { code: 'unsupported-value', message, hint: 'remove it, or name another service' });
    return undefined;
  }
  if (mode.kind === 'service' && !services.has(mode.name)) {
    reading.report(value, {
      code: 'unknown-service',
      message: `there is no service ${JSON.stringify(mode.name)}`,
      hint: `name one of ${[...services].join(', ')}`,
    });
  }
  reportConflicts(service, mode, value, reading);
  return reading.remember(mode, value);
}

function modeOf(text: string): NetworkMode | undefined {
  if (text === 'none' || text === 'host') return { kind: text };
  return text.startsWith('service:') ? { kind: 'service', name: text.slice('service:'.length) } : undefined;
}

/** Keys beside which a network that is not the service's own makes no sense, and what to do. */
function conflictsWith(mode: NetworkMode): Readonly<Record<string, string>> {
  const own = 'remove one of the two';
  const workload = 'remove `network_mode`: with it, the service is in the network of its target';
  if (mode.kind === 'service') {
    const there = `say it of service ${quote(mode.name)}, whose network it is`;
    return {
      bridges: `${there}: its bridges lead to whatever listens there`,
      outbound: there,
      networks: own,
      ports: there,
      debug: 'remove one of the two: nobody reaches a debugger there',
      hostname: there,
      domainname: there,
      dns: there,
      dns_search: there,
      dns_opt: there,
      extra_hosts: there,
    };
  }
  const apart = { bridges: workload, outbound: workload, networks: own };
  if (mode.kind === 'host') return apart;
  return {
    ...apart,
    ports: 'remove one of the two: nothing reaches a service without a network',
    debug: 'remove one of the two: nobody reaches a debugger there',
  };
}

function reportConflicts(service: Value, mode: NetworkMode, value: Value, reading: Reading): void {
  const report = (place: Value, what: string, hint: string) =>
    reading.report(place, {
      code: 'unsupported-value',
      message: `${what} cannot be beside "network_mode: ${stringIn(value)}"`,
      hint,
      related: [{ span: value.node.mark, label: 'this is not a network of its own' }],
    });
  for (const [key, hint] of Object.entries(conflictsWith(mode))) {
    const place = under(service, key);
    if (place !== undefined && !isEmpty(place)) report(place, quote(key), hint);
  }
  const brought = items(under(service, 'volumes')).find(
    (mount) => stringIn(under(mount, 'type')) === 'workload',
  );
  if (brought !== undefined)
    report(brought, 'a directory of the workload', 'remove one of the two: it comes through its network');
  const ports = under(service, 'ports');
  if (mode.kind === 'host' && ports !== undefined)
    reading.note(ports, 'ports', 'in the network of the machine the service listens there itself');
}

/** As `outbound: {loopback: []}` is. */
function isEmpty(place: Value): boolean {
  if (place.node.kind === 'scalar') return false;
  return items(place).length === 0 && entries(place).every(isEmpty);
}
