import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { parseHostText } from '../../../src/config/host-text.ts';

describe('a further host', () => {
  it.each([
    ['laptop:10.0.0.1', 'laptop', '10.0.0.1'],
    ['laptop=10.0.0.1', 'laptop', '10.0.0.1'],
    ['laptop:host-gateway', 'laptop', 'host-gateway'],
    ['my.host:::1', 'my.host', '::1'],
    ['my.host=::1', 'my.host', '::1'],
    ['my.host:[fd00::2]', 'my.host', 'fd00::2'],
    ['10.0.0.1:10.0.0.2', '10.0.0.1', '10.0.0.2'],
  ])('%s is %s at %s', (text, name, address) => {
    expect(parseHostText(text)).toEqual({ name, address });
  });

  it.each([
    ['laptop', 'laptop', '"laptop" is not of the form NAME:ADDRESS', 'write laptop:ADDRESS'],
    ['10.0.0.1', '10.0.0.1', '"10.0.0.1" is not of the form NAME:ADDRESS', 'write NAME:10.0.0.1'],
    ['', '', '"" is not of the form NAME:ADDRESS', 'write NAME:ADDRESS'],
    [
      '10.0.0.1:laptop',
      '10.0.0.1:laptop',
      'the name comes before the address: "10.0.0.1:laptop"',
      'write laptop:10.0.0.1',
    ],
    [':10.0.0.1', ':', 'the host has no name', 'write NAME:ADDRESS'],
    [
      'my host:::1',
      'my host',
      '"my host" cannot be the name of a host',
      'letters, digits, - and . are allowed',
    ],
    [
      'laptop:',
      ':',
      'the host has no address',
      'write an IPv4 or IPv6 address, or host-gateway for this machine',
    ],
    [
      'laptop:10.0.0',
      '10.0.0',
      '"10.0.0" is no IP address',
      'write an IPv4 or IPv6 address, or host-gateway for this machine',
    ],
    [
      'laptop:[10.0.0.1]',
      '[10.0.0.1]',
      '"[10.0.0.1]" is no IP address',
      'write an IPv4 or IPv6 address, or host-gateway for this machine',
    ],
  ])('%j is at fault in %j', (text, part, message, hint) => {
    const fault = parseHostText(text);
    if (!isFault(fault)) throw new Error('it is a host');
    expect([text.slice(fault.from, fault.to), fault.message, fault.hint]).toEqual([part, message, hint]);
  });
});
