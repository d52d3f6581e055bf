import { type Forward, usualTarget } from '../../model/forward.ts';
import type { PlatformKind, Service, TargetRef } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { type ForwardText, forwardedHostFault, parseForwardText } from '../forward-text.ts';
import { DEFAULT_HOST_IP, hostIpFault } from '../port-text.ts';
import { integerIn, items, type Reading, reportFault, stringIn, under, type Value } from './reading.ts';
import { readTarget } from './target.ts';

/** A forward as it is written: it may leave open into which workload's network it leads. */
export interface WrittenForward extends ForwardText {
  readonly target: TargetRef | undefined;
  readonly value: Value;
}

/** Reads `forwards`, but for those that have something wrong. */
export function readForwards(value: Value | undefined, reading: Reading): readonly WrittenForward[] {
  return items(value).flatMap((item) => {
    const named = under(item, 'target');
    const text = item.node.kind === 'mapping' ? readLong(item, reading) : readShort(item, reading);
    const target = readTarget(named, reading);
    return text === undefined || (named !== undefined && target === undefined)
      ? []
      : [{ ...text, target, value: item }];
  });
}

/** Those that name no workload lead where they usually do. */
export function forwardsInto(
  written: readonly WrittenForward[],
  services: readonly Service[],
  platform: PlatformKind,
  reading: Reading,
): readonly Forward[] {
  const fallback = usualTarget(services, platform);
  return written.flatMap(({ value, target = fallback, ...text }) => {
    const forward = target === undefined ? undefined : { ...text, target };
    if (forward !== undefined) return [reading.remember(forward, value, { target: under(value, 'target') })];
    reading.report(value, {
      code: 'bad-forward',
      message: 'no service of this file uses the network of a workload into which this could lead',
      hint: `name one: {host: ${text.host}, port: ${text.port}, target: container/NAME}`,
    });
    return [];
  });
}

function readShort(value: Value, reading: Reading): ForwardText | undefined {
  const text = stringIn(value);
  if (text === undefined) return undefined;
  const parsed = parseForwardText(text);
  if (!isFault(parsed)) return parsed;
  reportFault(reading, value, parsed);
  return undefined;
}

function readLong(value: Value, reading: Reading): ForwardText | undefined {
  const port = integerIn(under(value, 'port'));
  const host = readHost(under(value, 'host'), reading);
  const hostIp = readHostIp(under(value, 'host_ip'), reading);
  if (port === undefined || host === undefined || hostIp === undefined) return undefined;
  return { hostIp, local: integerIn(under(value, 'local')) ?? port, host, port };
}

function readHost(value: Value | undefined, reading: Reading): string | undefined {
  const host = stringIn(value);
  if (value === undefined || host === undefined) return undefined;
  const message = forwardedHostFault(host);
  if (message === undefined) return host;
  reading.report(value, { code: 'bad-forward', message });
  return undefined;
}

function readHostIp(value: Value | undefined, reading: Reading): string | undefined {
  const text = value === undefined ? DEFAULT_HOST_IP : stringIn(value);
  const fault = text === undefined ? undefined : hostIpFault(text);
  if (value !== undefined && fault !== undefined) reading.report(value, { code: 'bad-forward', ...fault });
  return fault === undefined ? text : undefined;
}
