import { describe, expect, it } from 'vitest';
import { parseByteSizeText } from '../../../src/config/byte-size-text.ts';
import { isFault } from '../../../src/config/fault.ts';

describe('a size', () => {
  it.each([
    ['1024', 1024],
    ['1 gb', 1024 ** 3],
    ['512Mi', 512 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
    ['2tb', 2 * 1024 ** 4],
    ['0', 0],
    ['7b', 7],
    ['2k', 2048],
    ['2kb', 2048],
    ['64m', 67_108_864],
    ['64MB', 67_108_864],
    ['1.5gb', 1_610_612_736],
    ['2G', 2_147_483_648],
    ['0.1k', 102],
    ['.5m', 524_288],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseByteSizeText(text)).toEqual({ bytes });
  });

  it.each([
    ['', '', 'the size is empty', 'write, for example, 64m'],
    ['-1m', '-1m', 'a size cannot be negative: "-1m"', 'write 1m'],
    ['1  gb', '  ', 'the size "1  gb" contains a space', 'write 1gb'],
    ['5x', 'x', '"x" is no unit of size', 'the units are b, k, m, g and t, each 1024 times the one before'],
    ['much', 'much', '"much" is no size', 'write a number with a unit, for example 64m'],
  ])('%j is at fault in %j', (text, part, message, hint) => {
    const fault = parseByteSizeText(text);
    if (!isFault(fault)) throw new Error('it is a size');
    expect([text.slice(fault.from, fault.to), fault.message, fault.hint]).toEqual([part, message, hint]);
  });
});
