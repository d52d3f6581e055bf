import type { Bridge, BridgePort, TargetRef } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { parseTargetText } from '../target-text.ts';
import { quote } from '../tree.ts';
import { integerIn, items, type Reading, reportFault, stringIn, under, type Value } from './reading.ts';

/** Reads one bridge; undefined when there is something wrong with its target. `platform` is `connection.platform`. */
export function readBridge(value: Value, platform: Value | undefined, reading: Reading): Bridge | undefined {
  const ports = items(under(value, 'ports')).flatMap((item) => readBridgePort(item, reading) ?? []);
  const target = readTarget(under(value, 'target'), platform, reading);
  if (target === undefined) return undefined;
  return reading.remember({ target, ports }, value, { target: under(value, 'target') });
}

function readTarget(
  value: Value | undefined,
  platform: Value | undefined,
  reading: Reading,
): TargetRef | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  const target = parseTargetText(text);
  if (!isFault(target)) return target;
  if (target.code === 'unsupported-platform' && platform !== undefined && stringIn(platform) === 'docker') {
    reading.report(value, {
      code: 'platform-contradiction',
      message: `${quote(text)} is a Kubernetes workload, but the platform of this file is docker`,
      hint: 'on docker a target is container/NAME or compose/PROJECT/SERVICE',
      related: [{ span: platform.node.mark, label: 'the platform is chosen here' }],
    });
  } else {
    reportFault(reading, value, target);
  }
  return undefined;
}

function readBridgePort(value: Value, reading: Reading): BridgePort | undefined {
  const same = integerIn(value);
  const container = same ?? integerIn(under(value, 'container'));
  const local = same ?? integerIn(under(value, 'local'));
  if (container === undefined || local === undefined) return undefined;
  return reading.remember({ container, local }, value, { container: under(value, 'container') });
}
