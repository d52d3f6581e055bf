import type { Bridge, BridgePort } from '../../model/workspace.ts';
import { integerIn, items, type Reading, under, type Value } from './reading.ts';
import { readTarget } from './target.ts';

/** Reads one bridge; undefined when there is something wrong with its target. `platform` is `connection.platform`. */
export function readBridge(value: Value, platform: Value | undefined, reading: Reading): Bridge | undefined {
  const ports = items(under(value, 'ports')).flatMap((item) => readBridgePort(item, reading) ?? []);
  const target = readTarget(under(value, 'target'), platform, reading);
  if (target === undefined) return undefined;
  return reading.remember({ target, ports }, value, { target: under(value, 'target') });
}

function readBridgePort(value: Value, reading: Reading): BridgePort | undefined {
  const same = integerIn(value);
  const container = same ?? integerIn(under(value, 'container'));
  const local = same ?? integerIn(under(value, 'local'));
  if (container === undefined || local === undefined) return undefined;
  return reading.remember({ container, local }, value, { container: under(value, 'container') });
}
