import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/common/display-width.ts';
import { frame, type Marked } from '../../../src/config/frame.ts';

const pens = { dim: (text: string) => text, mark: (text: string) => text };

function draw(text: string, marked: Marked, label?: string): string[] {
  return frame(text, marked, { pencil: '^', label, around: 1, pens, widthOf: displayWidth });
}

describe('a code frame', () => {
  it('marks the token between the lines around it', () => {
    expect(draw('one\ntwo three\nfour\nfive', { line: 2, column: 5, length: 5 }, 'here')).toEqual([
      '  1 | one',
      '  2 | two three',
      '    |     ^^^^^ here',
      '  3 | four',
    ]);
  });

  it('has a marker even where nothing stands', () => {
    expect(draw('one', { line: 1, column: 4, length: 0 })).toEqual(['  1 | one', '    |    ^']);
  });

  it('makes room for the longest line number', () => {
    const text = Array.from({ length: 10 }, (_, index) => `l${index + 1}`).join('\n');
    expect(draw(text, { line: 9, column: 1, length: 2 })).toEqual([
      '   8 | l8',
      '   9 | l9',
      '     | ^^',
      '  10 | l10',
    ]);
  });

  it('leaves no blanks at the end of a line and no line after the last line break', () => {
    expect(draw('one\n\ntwo  \n', { line: 3, column: 1, length: 3 })).toEqual([
      '  2 |',
      '  3 | two',
      '    | ^^^',
    ]);
  });

  it('counts wide characters as two columns and combining ones as none', () => {
    expect(draw('東京: e\u0301x', { line: 1, column: 7, length: 1 })).toEqual([
      '  1 | 東京: e\u0301x',
      '    |        ^',
    ]);
  });

  it('shows tabs as four columns, and what no terminal shows, below which the marker stands', () => {
    expect(draw('\ta\u0007b', { line: 1, column: 4, length: 1 })).toEqual([
      '  1 |     a\\x07b',
      '    |          ^',
    ]);
    expect(draw('a\u202eb: \u001b[2J', { line: 1, column: 2, length: 1 })).toEqual([
      '  1 | a<U+202E>b: \\x1b[2J',
      '    |  ^^^^^^^^',
    ]);
  });

  it.each([
    ['at the start', 1, 5],
    ['in the middle', 400, 5],
    ['at the end', 796, 5],
    ['over the whole line', 1, 800],
    ['over much of it', 200, 300],
  ])('keeps a long line within 110 columns with the token in sight: %s', (_, column, length) => {
    const line = Array.from({ length: 800 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    const [context, shown, marker, more] = draw(`${line}\n${line}\n${line}`, { line: 2, column, length });
    for (const drawn of [context, shown, marker, more])
      expect(displayWidth(drawn ?? '')).toBeLessThanOrEqual(110);
    const from = marker?.indexOf('^') ?? -1;
    const token = shown?.slice(from, marker?.length).replace('…', '');
    expect(token?.length).toBeGreaterThan(3);
    expect(line.slice(column - 1, column - 1 + length).startsWith(token ?? '?')).toBe(true);
  });

  it('cuts between wide characters, never within one', () => {
    const [shown] = draw('東'.repeat(200), { line: 1, column: 1, length: 1 });
    expect(shown).toMatch(/^ {2}1 \| 東+…$/);
    expect(displayWidth(shown ?? '')).toBeLessThanOrEqual(110);
  });
});

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['🎉', 2],
    ['👩‍👩‍👧', 2],
    ['✅', 2],
    ['→…’', 3],
    ['\u200B', 0],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});
