import { isIP } from 'node:net';
import type { NamespaceSettings } from '../../model/container-settings.ts';
import { hostNameFault } from '../host-text.ts';
import { quote } from '../tree.ts';
import { ONE_NETWORK, readNetworkMode } from './network-mode.ts';
import { entries, items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readSysctls } from './sysctls.ts';
import { textsIn } from './texts.ts';

/** Reads what belongs to a service's network. `linkedAs` are further names that `links` of other services give it. */
export function readNamespaceSettings(
  service: Value & { readonly key: string },
  { services, linkedAs }: { readonly services: ReadonlySet<string>; readonly linkedAs: readonly string[] },
  reading: Reading,
): NamespaceSettings {
  const at = (key: string) => under(service, key);
  const networkMode = readNetworkMode(service, services, reading);
  const container = at('container_name');
  if (networkMode !== undefined && container !== undefined)
    reading.note(container, 'container_name', 'no further name leads into a network that is not its own');
  return {
    networkMode,
    hostname: stringIn(at('hostname')),
    domainname: stringIn(at('domainname')),
    aliases: networkMode === undefined ? readAliases(service, linkedAs, reading) : [],
    dns: readNameServers(at('dns'), reading),
    dnsSearch: textsIn(at('dns_search')),
    dnsOptions: textsIn(at('dns_opt')),
    sysctls: readSysctls(at('sysctls'), 'network', reading),
  };
}

function readAliases(
  service: Value & { readonly key: string },
  linkedAs: readonly string[],
  reading: Reading,
): readonly string[] {
  const networks = under(service, 'networks');
  if (networks !== undefined) reading.note(networks, 'networks', `${ONE_NETWORK}; aliases count`);
  const container = under(service, 'container_name');
  const containerName = stringIn(container);
  if (container !== undefined && containerName !== undefined) {
    const called =
      'the container is called after project and service; the other services find it by this name as well';
    reading.note(container, 'container_name', called);
  }
  const named = entries(networks).flatMap((network) => items(under(network, 'aliases')));
  const given = [...named, ...(container === undefined ? [] : [container])].flatMap((place) => {
    const name = stringIn(place);
    if (name === undefined) return [];
    const fault = hostNameFault(name);
    if (fault !== undefined) reading.report(place, { code: 'bad-host', ...fault });
    return [name];
  });
  return [...new Set([...given, ...linkedAs])].filter((name) => name !== service.key);
}

function readNameServers(value: Value | undefined, reading: Reading): readonly string[] {
  const texts = textsIn(value);
  const wrong = texts.find((text) => isIP(text) === 0);
  if (value !== undefined && wrong !== undefined) {
    const message = `the name server ${quote(wrong)} is no IP address`;
    reading.report(value, { code: 'bad-host', message, hint: 'write, for example, 10.0.0.53' });
  }
  return texts;
}
