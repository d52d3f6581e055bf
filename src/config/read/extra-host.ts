import type { ExtraHost } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { hostAddressFault, hostNameFault, parseHostText, withoutBrackets } from '../host-text.ts';
import { entries, items, type Reading, reportFault, stringIn, type Value } from './reading.ts';

/** Reads lines of `/etc/hosts`, as a list of `NAME:ADDRESS` or as a mapping; each line once. */
export function readExtraHosts(value: Value | undefined, reading: Reading): readonly ExtraHost[] {
  const listed = items(value).flatMap((item) => {
    const text = stringIn(item);
    if (text === undefined) return [];
    const host = parseHostText(text);
    if (!isFault(host)) return [reading.remember(host, item)];
    reportFault(reading, item, host);
    return [];
  });
  const mapped = entries(value).flatMap((entry) => {
    const wrongName = hostNameFault(entry.key);
    if (wrongName !== undefined) reading.report(entry, { code: 'bad-host', ...wrongName }, entry.keySpan);
    const places = entry.node.kind === 'sequence' ? items(entry) : [entry];
    return places.flatMap((place) => {
      const address = stringIn(place);
      if (address === undefined) return [];
      const wrongAddress = hostAddressFault(address);
      if (wrongAddress !== undefined) reading.report(place, { code: 'bad-host', ...wrongAddress });
      if (wrongName !== undefined || wrongAddress !== undefined) return [];
      return [reading.remember({ name: entry.key, address: withoutBrackets(address) }, place)];
    });
  });
  const all = new Map<string, ExtraHost>();
  for (const host of [...listed, ...mapped]) {
    const key = `${host.name.toLowerCase()} ${host.address}`;
    if (!all.has(key)) all.set(key, host);
  }
  return [...all.values()];
}
