import type { PublishedPort } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { DEFAULT_HOST_IP, hostIpFault, parsePortText, portFault } from '../port-text.ts';
import { integerIn, type Reading, reportFault, stringIn, textIn, under, type Value } from './reading.ts';

/** Reads one published port in any of its forms; undefined when there is something wrong with it. */
export function readPort(value: Value, reading: Reading): PublishedPort | undefined {
  if (value.node.kind === 'mapping') return readLong(value, reading);
  const text = textIn(value);
  if (text === undefined) return undefined;
  const port = parsePortText(text);
  if (!isFault(port)) return reading.remember(port, value);
  reportFault(reading, value, port);
  return undefined;
}

function readLong(value: Value, reading: Reading): PublishedPort | undefined {
  const target = integerIn(under(value, 'target'));
  const hostIp = readHostIp(under(value, 'host_ip'), reading);
  const published = readPublished(under(value, 'published'), reading);
  const protocol = stringIn(under(value, 'protocol')) ?? 'tcp';
  if (target === undefined || hostIp === undefined || published === 'wrong') return undefined;
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined;
  const port: PublishedPort = { hostIp, published, target, protocol };
  return reading.remember(port, value, { published: under(value, 'published') });
}

function readHostIp(value: Value | undefined, reading: Reading): string | undefined {
  if (value === undefined) return DEFAULT_HOST_IP;
  const text = stringIn(value);
  const fault = text === undefined ? undefined : hostIpFault(text);
  if (fault !== undefined) reading.report(value, { code: 'bad-port', ...fault });
  return fault === undefined ? text : undefined;
}

function readPublished(value: Value | undefined, reading: Reading): number | undefined | 'wrong' {
  if (value === undefined) return undefined;
  const text = textIn(value);
  const message = text === undefined ? undefined : portFault(text);
  if (message !== undefined) reading.report(value, { code: 'bad-port', message });
  return text === undefined || message !== undefined ? 'wrong' : Number(text);
}
