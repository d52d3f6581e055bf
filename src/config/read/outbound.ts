import type { Outbound } from '../../model/workspace.ts';
import { integerIn, items, type Reading, under, type Value } from './reading.ts';

/** Reads `outbound` of a service. */
export function readOutbound(value: Value | undefined, reading: Reading): Outbound {
  const loopback: number[] = [];
  for (const item of items(under(value, 'loopback'))) {
    const port = integerIn(item);
    if (port === undefined) continue;
    if (loopback.includes(port))
      reading.report(item, {
        code: 'duplicate-entry',
        message: `port ${port} is listed twice`,
        hint: 'remove one',
      });
    else loopback.push(port);
  }
  const outbound: Outbound = { loopback };
  return value === undefined
    ? outbound
    : reading.remember(outbound, value, { loopback: under(value, 'loopback') });
}
