import { describe, expect, it } from 'vitest';
import { regexFault } from '../../../src/match/index.ts';

describe('a regular expression', () => {
  it.each(['', '^(a|b)$', '(?i)ann', '\\d+\\.', '[^/]+', '\\pL'])('may be %j', (text) => {
    expect(regexFault(text)).toBeUndefined();
  });

  it.each([
    ['[a', 'missing closing ]: `[a`'],
    ['^(?!kube-probe)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a'.repeat(1025), 'it is longer than 1024 characters'],
    ['(a{99}){10}'.repeat(11), 'it is too large: with its repetitions it has more than 10000 steps'],
    ['('.repeat(1000), `missing closing ): \`${'('.repeat(100)}…\``],
  ])('is none as %j', (text, fault) => {
    expect(regexFault(text)).toBe(fault);
  });
});
