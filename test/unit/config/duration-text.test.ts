import { describe, expect, it } from 'vitest';
import { parseDurationText } from '../../../src/config/duration-text.ts';
import { isFault } from '../../../src/config/fault.ts';

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['1h5m30s', 3_930_000],
    ['1.5s', 1500],
    ['.5m', 30_000],
    ['2.h', 7_200_000],
    ['250ms', 250],
    ['1500us', 1.5],
    ['1us', 0.001],
    ['500ns', 0.0005],
    ['1m1m', 120_000],
    ['1.1s', 1100],
    ['2.3ms', 2.3],
    ['0', 0],
    ['0s', 0],
    ['100h', 360_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDurationText(text)).toEqual({ ms });
  });

  it.each([
    ['', '', 'the duration is empty', 'write, for example, 30s'],
    ['30', '30', 'a unit is missing behind 30', 'write 30s for seconds, 30ms for milliseconds'],
    ['1h5', '5', 'a unit is missing behind 5', 'write 1h5s for seconds'],
    ['-5s', '-5s', 'a duration cannot be negative: "-5s"', 'write 5s'],
    ['10 s', ' ', 'the duration "10 s" contains a space', 'write 10s'],
    ['10sec', 'sec', '"sec" is no unit of time', 'write 10s'],
    ['1h10Minutes', 'Minutes', '"Minutes" is no unit of time', 'write 1h10m'],
    ['10S', 'S', '"S" is no unit of time', 'write 10s'],
    ['5µs', 'µs', '"µs" is no unit of time', 'write 5us'],
    ['2y', 'y', '"y" is no unit of time', 'the units are w, d, h, m, s, ms, us and ns'],
    ['2days', 'days', '"days" is no unit of time', 'write 2d'],
    ['soon', 'soon', '"soon" is no duration', 'write numbers with units, for example 1m30s'],
    ['1s.', '.', '"1s." is no duration', 'write numbers with units, for example 1m30s'],
  ])('%j is at fault in %j', (text, part, message, hint) => {
    const fault = parseDurationText(text);
    if (!isFault(fault)) throw new Error('it is a duration');
    expect([text.slice(fault.from, fault.to), fault.message, fault.hint]).toEqual([part, message, hint]);
  });
});
