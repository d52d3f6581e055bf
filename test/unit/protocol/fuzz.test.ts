import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import * as protocol from '../../../src/protocol/index.ts';
import { decodeStreamTarget, encodeStreamTarget } from '../../../src/protocol/index.ts';
import { anyText } from '../../builders/any-text.ts';

/** Everything that reads a line of somebody else, whatever it is called. Requests and events are read from its value. */
const decoders = Object.entries(protocol).flatMap(([name, decode]): [string, (line: string) => unknown][] => {
  if (!name.startsWith('decode') || name === 'decodeStreamTarget' || typeof decode !== 'function') return [];
  const takesValue = /(?:Request|Event)$/.test(name);
  return [[name, (line) => Reflect.apply(decode, undefined, [takesValue ? jsonIn(line) : line])]];
});

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const words = [
  'type',
  'id',
  'port',
  'tunnel',
  'to',
  'probes',
  'reason',
  'holder',
  'owner',
  'resolver',
  'search',
];
const more = [
  'options',
  'names',
  'ports',
  'version',
  'role',
  'nonce',
  'proof',
  'session',
  'ok',
  'secret',
  'live',
];
const types = [
  'claim',
  'resume',
  'retire',
  'configure',
  'watch',
  'done',
  'refused',
  'intercept',
  'listening',
  'fault',
];

/** Anything, and what looks like something of ours. */
const said = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(...types, 'inbound', 'control', 1, 2, 8080, 65_536, -1, true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words, ...more, '__proto__'), tie('value'), { maxKeys: 8 }),
  ),
})).value;

const json = said.map(
  (value) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? 1 : part)) ?? '',
);
const deep = '['.repeat(2000) + ']'.repeat(2000);

describe('what somebody says', () => {
  it.each(decoders)(
    'is a value or a DevenvError: %s',
    (_, decode) => {
      const check = (line: string) => {
        try {
          decode(line);
        } catch (error) {
          expect(error).toBeInstanceOf(DevenvError);
        }
      };
      fc.assert(fc.property(fc.oneof(json, anyText), check), { numRuns: 200 });
      for (const field of [...words, ...more]) {
        check(`{"version":1,"${field}":${deep}}`);
        check(`{"type":"claim","id":1,"${field}":${deep}}`);
      }
    },
    30_000,
  );
});

describe('the target of a stream', () => {
  it('is an address, a name that may be looked up, or none', () => {
    const part = fc.oneof(anyText, fc.constantFrom('[', ']', ':', '::1', 'db', '.', '8080', '\0'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const target = decodeStreamTarget(parts.join(''));
        if (target?.kind !== 'tcp') return;
        expect(isIP(target.host) !== 0 || /^[\w.-]{1,253}$/.test(target.host)).toBe(true);
        expect(target.port).toBeGreaterThan(0);
        expect(target.port).toBeLessThan(65_536);
        expect(decodeStreamTarget(encodeStreamTarget(target))).toEqual(target);
      }),
    );
  });

  it.each([
    '[::1',
    '[12345]:80',
    '[:]:80',
    'a b:80',
    'a\0b:80',
    'a\nb:80',
    `${'a'.repeat(254)}:80`,
    'db:0',
    'db:65536',
  ])('is not %j', (authority) => {
    expect(decodeStreamTarget(authority)).toBeUndefined();
  });
});
