import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnsafe, safeJson, safeLine, safeText, withColorsOnly } from '../../../src/common/terminal-text.ts';
import { anyText } from '../../builders/any-text.ts';

describe('text from outside', () => {
  it.each([
    ['a bell', 'a\u0007b', 'a\\x07b'],
    ['a colour', '\u001b[31mred', '\\x1b[31mred'],
    ['a title of the window', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
    ['a control character of eight bits', '\u009b2J', '\\x9b2J'],
    ['DEL', 'a\u007f', 'a\\x7f'],
    ['a carriage return', 'real\rfake', 'real\\x0dfake'],
    ['an override of the direction', 'exe.\u202etxt', 'exe.<U+202E>txt'],
    ['an isolate', '\u2066a\u2069', '<U+2066>a<U+2069>'],
    ['a space without width', 'ad\u200bmin', 'ad<U+200B>min'],
    ['a joiner that joins nothing', 'ad\u200dmin', 'ad<U+200D>min'],
    ['a soft hyphen', 'ad\u00admin', 'ad\\xadmin'],
    ['a tag', 'a\u{e0041}', 'a<U+E0041>'],
    ['half of a surrogate pair', 'a\ud800b', 'a<U+D800>b'],
    ['a separator of lines', 'a\u2028b', 'a<U+2028>b'],
  ])('shows %s', (_, text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  it.each(['plain', 'tab\tand\nline end', 'Grüße', '東京', 'e\u0301', '👩‍💻', '❤️', '👩🏽‍🚀', '● → …'])(
    'is left as it is: %j',
    (text) => {
      expect(safeText(text)).toBe(text);
      expect(withColorsOnly(text)).toBe(text);
      expect(isUnsafe(text)).toBe(false);
    },
  );

  it('has one line where one is meant', () => {
    expect(safeLine('a reason\r\n  ready;\u2028 more\tand')).toBe('a reason ready; more and');
  });

  it('never holds anything unsafe afterwards, and is not changed twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const safe of [safeText(text), safeLine(text)]) {
          expect(isUnsafe(safe)).toBe(false);
          expect(safeText(safe)).toBe(safe);
        }
        expect(safeLine(text)).not.toMatch(/[\r\n\t]/);
      }),
      { numRuns: 50 },
    );
  }, 20_000);
});

describe('text that was made for a terminal', () => {
  it('keeps its colours and nothing else', () => {
    expect(withColorsOnly('\u001b[1;31merror:\u001b[0m \u001b[2Jgone\u001b]8;;x\u0007')).toBe(
      '\u001b[1;31merror:\u001b[0m \\x1b[2Jgone\\x1b]8;;x\\x07',
    );
  });
});

describe('JSON', () => {
  it('means the same and can be written to a terminal', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.array(anyText)), (value) => {
        const text = safeJson(JSON.stringify(value));
        expect(isUnsafe(text)).toBe(false);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
      }),
    );
  });
});
