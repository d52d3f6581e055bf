import type { Fault } from './fault.ts';
import { type QuantityWords, quantityFault } from './quantity-text.ts';
import { quote } from './tree.ts';

/** Units of time by the way they are spelled, in nanoseconds. */
const units = new Map([
  ['w', 604_800_000_000_000],
  ['d', 86_400_000_000_000],
  ['h', 3_600_000_000_000],
  ['m', 60_000_000_000],
  ['s', 1_000_000_000],
  ['ms', 1_000_000],
  ['us', 1_000],
  ['ns', 1],
]);

/** What else people write for a unit. */
const misspelt: Readonly<Record<string, string>> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
  msec: 'ms',
  millis: 'ms',
  µs: 'us',
  μs: 'us',
};

const words: QuantityWords = { code: 'bad-duration', noun: 'duration', example: '30s' };

/**
 * Parses a duration such as `1h5m30s`, `1.5s` or `250ms`: numbers, each with one of the units w, d, h, m, s, ms, us
 * and ns.
 * Zero needs no unit. The result is in milliseconds and may have a fraction.
 */
export function parseDurationText(text: string): { readonly ms: number } | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: words.code, from, to, message, hint };
  };
  const early = quantityFault(text, words, parseDurationText);
  if (early !== undefined) return early;
  if (text === '0') return { ms: 0 };
  let nanoseconds = 0;
  for (let at = 0; at < text.length; ) {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(text.slice(at))?.[0];
    if (number === undefined) {
      const hint = 'write numbers with units, for example 1m30s';
      return fault(at, text.length, `${quote(text)} is no duration`, hint);
    }
    const from = at + number.length;
    const unit = /^[^\d.]*/.exec(text.slice(from))?.[0] ?? '';
    const to = from + unit.length;
    const size = units.get(unit);
    if (size === undefined) {
      if (unit === '')
        return fault(at, to, `a unit is missing behind ${number}`, missingUnit(text, number, to));
      return fault(from, to, `${quote(unit)} is no unit of time`, wrongUnit(text, unit, from));
    }
    nanoseconds += Number(number) * size;
    at = to;
  }
  // Rounded to what can be said in nanoseconds: 1.1 s is 1100 ms, whatever binary fractions make of it.
  return { ms: Math.round(nanoseconds) / 1_000_000 };
}

function missingUnit(text: string, number: string, to: number): string {
  if (text === number) return `write ${number}s for seconds, ${number}ms for milliseconds`;
  return to === text.length ? `write ${text}s for seconds` : 'write numbers with units, for example 1m30s';
}

function wrongUnit(text: string, unit: string, from: number): string {
  const meant =
    misspelt[unit.toLowerCase()] ?? (units.has(unit.toLowerCase()) ? unit.toLowerCase() : undefined);
  if (meant !== undefined) return `write ${text.slice(0, from)}${meant}${text.slice(from + unit.length)}`;
  return 'the units are w, d, h, m, s, ms, us and ns';
}
