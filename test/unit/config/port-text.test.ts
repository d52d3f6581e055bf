import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { parsePortText } from '../../../src/config/port-text.ts';

describe('the short form of a port', () => {
  it.each([
    ['80', '127.0.0.1 free 80 tcp'],
    ['8080:80', '127.0.0.1 8080 80 tcp'],
    ['8080:80/tcp', '127.0.0.1 8080 80 tcp'],
    ['53/udp', '127.0.0.1 free 53 udp'],
    ['5300:53/udp', '127.0.0.1 5300 53 udp'],
    ['0.0.0.0:8080:80', '0.0.0.0 8080 80 tcp'],
    ['127.0.0.1::80', '127.0.0.1 free 80 tcp'],
    ['[::1]:8080:80', '::1 8080 80 tcp'],
    ['[::]::80/udp', ':: free 80 udp'],
    ['65535:1', '127.0.0.1 65535 1 tcp'],
    [':80', '127.0.0.1 free 80 tcp'],
    ['80/TCP', '127.0.0.1 free 80 tcp'],
    ['8080-8081:80-81', '127.0.0.1 8080 80 tcp, 127.0.0.1 8081 81 tcp'],
    ['80-81/udp', '127.0.0.1 free 80 udp, 127.0.0.1 free 81 udp'],
    ['8080-8089:80', '127.0.0.1 8080 80 tcp'],
  ])('%j is %s', (text, expected) => {
    const ports = parsePortText(text);
    if (isFault(ports)) throw new Error(ports.message);
    const told = ports.map(({ hostIp, published = 'free', target, protocol }) =>
      [hostIp, published, target, protocol].join(' '),
    );
    expect(told.join(', ')).toBe(expected);
  });

  it.each([
    ['', '', 'a port number is missing'],
    ['http', 'http', '"http" is no port number'],
    ['0', '0', 'a port number is at least 1, not 0'],
    ['65536', '65536', 'a port number is at most 65535, not 65536'],
    ['99999:80', '99999', 'a port number is at most 65535, not 99999'],
    ['8080:', '', 'a port number is missing'],
    ['-1:80', '-1', '"-1" is no port number'],
    ['8080-8082:80-81', '8080-8082:80-81', '2 ports of the container cannot be 3 of this machine'],
    ['81-80', '81-80', 'the range 81-80 ends before it begins'],
    ['1-2000', '1-2000', 'the range 1-2000 has 2000 ports, more than 1000'],
    ['127.0.0.1:80', '127.0.0.1', '"127.0.0.1" is no port number'],
    ['localhost:8080:80', 'localhost', '"localhost" is no IP address'],
    ['[::g]:8080:80', '[::g]', '"::g" is no IP address'],
    ['1:2:3:4', '1:2:3:4', '"1:2:3:4" is no port'],
    ['80/sctp', 'sctp', 'the protocol of a port must be tcp or udp, not "sctp"'],
    ['80/', '', 'the protocol of a port must be tcp or udp, not ""'],
    ['8080: 80', ' 80', '" 80" is no port number'],
  ])('%j is at fault in %j', (text, part, message) => {
    const fault = parsePortText(text);
    if (!isFault(fault)) throw new Error('it is a port');
    expect([text.slice(fault.from, fault.to), fault.message]).toEqual([part, message]);
  });
});
