import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/common/display-width.ts';
import { cutEnd, cutStart } from '../../../src/common/fit-text.ts';

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['●', 1],
    ['東京', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['\u001b[32mgreen\u001b[39m', 5],
  ])('%j is %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe('a text that must fit', () => {
  it('is left as it is when it does', () => {
    expect(cutEnd('東京', 4, displayWidth)).toBe('東京');
    expect(cutStart('東京', 4, displayWidth)).toBe('東京');
  });

  it('loses whole characters at one of its ends', () => {
    expect(cutEnd('東京都', 5, displayWidth)).toBe('東京…');
    expect(cutEnd('東京都', 4, displayWidth)).toBe('東…');
    expect(cutStart('東京都', 5, displayWidth)).toBe('…京都');
    expect(cutStart('e\u0301e\u0301e\u0301', 2, displayWidth)).toBe('…e\u0301');
  });
});
