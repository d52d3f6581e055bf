import {
  membersOf,
  type RequestHead,
  withFieldsChanged,
  withFieldsFirst,
  withFieldsLast,
} from '../http1/index.ts';
import type { Route } from './route.ts';

const CLOSE = [{ name: 'Connection', value: 'close' }];
const NO_STORE = [{ name: 'Cache-Control', value: 'no-store' }];

/** The head of a request as its upstream gets it: unchanged, but for what its route adds and for `Upgrade: h2c`. */
export function requestAsSent(head: RequestHead, bytes: Buffer, { add = [] }: Route): Buffer {
  const withoutH2c = membersOf(head.fields, 'upgrade').includes('h2c') ? withoutUpgradeToH2c(bytes) : bytes;
  return add.length === 0 ? withoutH2c : withFieldsLast(withoutH2c, add);
}

/** The head of an answer as the caller gets it. `announcesEnd`: it says that the connection ends after it. */
export function answerAsSent(bytes: Buffer, noStore: boolean, announcesEnd: boolean): Buffer {
  const stored = noStore
    ? withFieldsLast(
        withFieldsChanged(bytes, (name, value) => (name === 'cache-control' ? undefined : value)),
        NO_STORE,
      )
    : bytes;
  return announcesEnd ? withFieldsFirst(stored, CLOSE) : stored;
}

/**
 * A server that took the offer would go on in HTTP/2 with somebody who has to read what follows. The offer needs no answer
 * (RFC 9110, 7.8).
 */
function withoutUpgradeToH2c(bytes: Buffer): Buffer {
  const others = membersWithout('h2c');
  let hasUpgrade = false;
  const withoutOffer = withFieldsChanged(bytes, (name, value) => {
    if (name === 'http2-settings') return undefined;
    if (name !== 'upgrade') return value;
    const rest = others(value);
    hasUpgrade ||= rest !== undefined;
    return rest;
  });
  const options = membersWithout('http2-settings', ...(hasUpgrade ? [] : ['upgrade']));
  return withFieldsChanged(withoutOffer, (name, value) => (name === 'connection' ? options(value) : value));
}

/** Leaves members out of a comma-separated list; undefined when none is left. */
function membersWithout(...unwanted: string[]): (list: string) => string | undefined {
  return (list) => {
    const members = list.split(',').map((member) => member.trim());
    const rest = members.filter((member) => member !== '' && !unwanted.includes(member.toLowerCase()));
    if (rest.length === members.length) return list;
    return rest.length === 0 ? undefined : rest.join(', ');
  };
}
