import type { PublishedPort } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { portFault } from '../port-range.ts';
import { DEFAULT_HOST_IP, hostIpFault, pairedPorts, parsePortText } from '../port-text.ts';
import {
  integerIn,
  items,
  type Reading,
  reportFault,
  stringIn,
  textIn,
  under,
  type Value,
} from './reading.ts';

/** Reads the published ports of a service, each once, as in Compose. */
export function readAllPorts(value: Value | undefined, reading: Reading): readonly PublishedPort[] {
  const all = new Map<string, PublishedPort>();
  for (const port of items(value).flatMap((item) => readPorts(item, reading))) {
    const { hostIp, published, target, protocol } = port;
    const key = `${hostIp} ${published} ${target} ${protocol}`;
    if (!all.has(key)) all.set(key, port);
  }
  return [...all.values()];
}

/** Reads published ports in any of their forms; none when there is something wrong with them. */
function readPorts(value: Value, reading: Reading): readonly PublishedPort[] {
  if (value.node.kind === 'mapping') return readLong(value, reading);
  const text = textIn(value);
  if (text === undefined) return [];
  const ports = parsePortText(text);
  if (!isFault(ports)) return ports.map((port) => reading.remember(port, value));
  reportFault(reading, value, ports);
  return [];
}

function readLong(value: Value, reading: Reading): readonly PublishedPort[] {
  const target = integerIn(under(value, 'target'));
  const hostIp = readHostIp(under(value, 'host_ip'), reading);
  const published = readPublished(under(value, 'published'), reading);
  const protocol = (stringIn(under(value, 'protocol')) ?? 'tcp').toLowerCase();
  if (target === undefined || hostIp === undefined || published === 'wrong') return [];
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  const paired = pairedPorts(String(target), published);
  if (typeof paired === 'string') return [];
  return paired.map((ports) =>
    reading.remember({ hostIp, ...ports, protocol } satisfies PublishedPort, value, {
      published: under(value, 'published'),
    }),
  );
}

function readHostIp(value: Value | undefined, reading: Reading): string | undefined {
  if (value === undefined) return DEFAULT_HOST_IP;
  const text = stringIn(value);
  const fault = text === undefined ? undefined : hostIpFault(text);
  if (fault !== undefined) reading.report(value, { code: 'bad-port', ...fault });
  return fault === undefined ? text : undefined;
}

function readPublished(value: Value | undefined, reading: Reading): string | undefined | 'wrong' {
  if (value === undefined) return undefined;
  const text = textIn(value);
  const message = text === undefined ? undefined : portFault(text);
  if (message !== undefined) reading.report(value, { code: 'bad-port', message });
  return text === undefined || message !== undefined ? 'wrong' : text;
}
