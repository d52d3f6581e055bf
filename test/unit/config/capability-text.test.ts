import { describe, expect, it } from 'vitest';
import { parseCapabilityText } from '../../../src/config/capability-text.ts';

describe('a capability', () => {
  it.each([
    ['SYS_PTRACE', 'SYS_PTRACE'],
    ['CAP_NET_ADMIN', 'NET_ADMIN'],
    ['cap_net_raw', 'NET_RAW'],
    ['all', 'ALL'],
  ])('%s is %s', (text, capability) => {
    expect(parseCapabilityText(text)).toEqual({ capability });
  });

  it.each([
    ['SYS_PTRAC', { message: '"SYS_PTRAC" is no capability', label: 'did you mean SYS_PTRACE?' }],
    [
      '',
      {
        message: 'the capability is empty',
        hint: 'write the name of a Linux capability, for example SYS_PTRACE',
      },
    ],
    [
      'root',
      {
        message: '"root" is no capability',
        hint: 'write the name of a Linux capability, for example SYS_PTRACE',
      },
    ],
  ])('%j is none', (text, fault) => {
    expect(parseCapabilityText(text)).toEqual(fault);
  });
});
