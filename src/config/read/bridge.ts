import type { Bridge, BridgePort } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { integerIn, items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readTarget } from './target.ts';

/** Reads one bridge; undefined when there is something wrong with its target. */
export function readBridge(value: Value, reading: Reading): Bridge | undefined {
  const ports = items(under(value, 'ports')).flatMap((item) => readBridgePort(item, reading) ?? []);
  const target = readTarget(under(value, 'target'), reading);
  if (target === undefined) return undefined;
  return reading.remember({ target, ports }, value, { target: under(value, 'target') });
}

function readBridgePort(value: Value, reading: Reading): BridgePort | undefined {
  const place = under(value, 'container') ?? value;
  const container = integerIn(place) ?? readPortName(place, reading);
  const local = integerIn(under(value, 'local'));
  if (container === undefined) return undefined;
  return reading.remember({ container, local }, value, { container: under(value, 'container') });
}

/** The form that Kubernetes allows: an IANA service name. */
function readPortName(value: Value, reading: Reading): string | undefined {
  const name = stringIn(value);
  if (name === undefined) return undefined;
  if (/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 15) return name;
  reading.report(value, {
    code: 'bad-port',
    message: `${quote(name)} cannot be the name of a port`,
    hint: /^\d+$/.test(name)
      ? `remove the quotes: \`${name}\``
      : 'a name has at most 15 lower-case letters, digits and single -, at least one of them a letter',
  });
  return undefined;
}
