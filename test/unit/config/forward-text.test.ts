import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { parseForwardText } from '../../../src/config/forward-text.ts';

function read(text: string): string {
  const parsed = parseForwardText(text);
  if (isFault(parsed)) {
    const { from, to, message, hint } = parsed;
    return `${JSON.stringify(text.slice(from, to))}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
  }
  const { hostIp, local, host, port } = parsed;
  return `${hostIp} ${local} > ${host} ${port}`;
}

describe('the short form of a forward', () => {
  it.each([
    ['postgres:5432', '127.0.0.1 5432 > postgres 5432'],
    ['15432:postgres:5432', '127.0.0.1 15432 > postgres 5432'],
    ['8080:shop.prod.svc.cluster.local.:80', '127.0.0.1 8080 > shop.prod.svc.cluster.local. 80'],
    ['0.0.0.0:5432:postgres:5432', '0.0.0.0 5432 > postgres 5432'],
    ['[::1]:5432:10.1.2.3:5432', '::1 5432 > 10.1.2.3 5432'],
    ['[fd00::1]:5432', '127.0.0.1 5432 > fd00::1 5432'],
    ['5432', '"5432": "5432" does not say where it leads; write HOST:PORT, such as "postgres:5432"'],
    ['', '"": "" does not say where it leads; write HOST:PORT, such as "postgres:5432"'],
    [
      '5432:5432',
      '"5432": "5432" is no name or address of a host; name what listens there: "5432:HOST:5432"',
    ],
    [
      'post gres:1',
      '"post gres": "post gres" is no name or address of a host; write a name or an address as the workload knows it',
    ],
    [
      '1.2.3:1',
      '"1.2.3": "1.2.3" is no name or address of a host; write a name or an address as the workload knows it',
    ],
    ['postgres:0', '"0": a port number is at least 1, not 0'],
    ['70000:postgres:5432', '"70000": a port number is at most 65535, not 70000'],
    ['1-2:postgres:5432', '"1-2": "1-2" is no port number: a forward has one port'],
    ['localhost:1:postgres:5432', '"localhost": "localhost" is no IP address; write 127.0.0.1'],
    [
      'fd00::1:5432',
      '"fd00::1:5432": "fd00::1:5432" does not say where it leads; put an IPv6 address in brackets: "8080:[fd00::1]:80"',
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
