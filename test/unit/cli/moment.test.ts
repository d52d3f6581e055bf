import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../../src/cli/moment.ts';

const now = Date.parse('2026-06-01T12:00:00Z');

describe('a moment', () => {
  it.each([
    ['10m', '2026-06-01T11:50:00Z'],
    ['1h30m', '2026-06-01T10:30:00Z'],
    ['1.5s', '2026-06-01T11:59:58.500Z'],
    ['2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z'],
  ])('is read from %s', (text, expected) => {
    expect(parseMoment(text, now)).toBe(Date.parse(expected));
  });

  it.each(['soon', '10', '10x', ''])('is not read from %j', (text) => {
    expect(() => parseMoment(text, now)).toThrow('is no moment');
  });
});
