import type { Bridge, BridgePort } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { readFallback } from './fallback.ts';
import { readFilter } from './filter.ts';
import { integerIn, items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readTarget } from './target.ts';

/** Reads one bridge; undefined when there is something wrong with its target. */
export function readBridge(value: Value, reading: Reading): Bridge | undefined {
  const target = readTarget(under(value, 'target'), reading);
  const isService = target?.kind === 'service';
  const ports = items(under(value, 'ports')).flatMap(
    (item) => readBridgePort(item, isService, reading) ?? [],
  );
  const filter = readFilter(value, reading);
  const cache = under(value, 'cache');
  if (cache !== undefined && under(value, 'match') === undefined)
    reading.note(
      cache,
      'cache',
      'answers are left as they are without `match`: they are the same for everybody',
    );
  if (target === undefined) return undefined;
  const bridge: Bridge = {
    target,
    ports,
    filter,
    probes: stringIn(under(value, 'probes')) === 'mine' ? 'mine' : 'original',
    passOn: readStatuses(under(under(value, 'on_answer'), 'pass_on')),
    keepsCache: stringIn(cache) === 'keep',
    fallback: readFallback(under(value, 'fallback'), reading),
  };
  return reading.remember(bridge, value, { target: under(value, 'target') });
}

/** Each status once, in the order of the file. */
function readStatuses(value: Value | undefined): readonly number[] {
  const all = value?.node.kind === 'sequence' ? items(value) : [value];
  return [...new Set(all.flatMap((item) => integerIn(item) ?? []))];
}

function readBridgePort(value: Value, isService: boolean, reading: Reading): BridgePort | undefined {
  const port = readContainerPort(under(value, 'container') ?? value, reading);
  if (port === undefined) return undefined;
  // Which port of the container it leads to, the Service tells.
  const container = isService ? String(port) : port;
  const local = integerIn(under(value, 'local')) ?? (typeof container === 'number' ? container : undefined);
  return reading.remember({ container, local }, value, { container: under(value, 'container') });
}

/** A number, also as text, for a variable may hold it; or a name in the form that Kubernetes allows. */
function readContainerPort(value: Value, reading: Reading): number | string | undefined {
  const text = stringIn(value);
  if (text === undefined) return integerIn(value);
  const isNumber = /^\d+$/.test(text);
  if (isNumber && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  if (!isNumber && /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 15) return text;
  reading.report(value, {
    code: 'bad-port',
    message: `${quote(text)} cannot be the ${isNumber ? 'number' : 'name'} of a port`,
    hint: isNumber
      ? 'ports are numbers from 1 to 65535'
      : 'a name has at most 15 lower-case letters, digits and single -, at least one of them a letter',
  });
  return undefined;
}
