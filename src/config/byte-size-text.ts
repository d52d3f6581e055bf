import type { Fault } from './fault.ts';
import { type QuantityWords, quantityFault } from './quantity-text.ts';
import { quote } from './tree.ts';

const powers = ['', 'k', 'm', 'g', 't', 'p'];

const words: QuantityWords = { code: 'bad-size', noun: 'size', example: '64m' };

/**
 * Parses an amount of bytes such as `64m`, `1.5gb`, `1GiB` or `1024`: a number and one of the units b, k, m, g, t and p,
 * each 1024 times the one before, in either case, alone or as in `kb` and `KiB`, perhaps with a blank between. Without
 * unit it is bytes. Parts of a byte are dropped.
 */
export function parseByteSizeText(text: string): { readonly bytes: number } | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: words.code, from, to, message, hint };
  };
  const blank = /^([\d.]+) ([a-z]+)$/i.exec(text);
  if (blank !== null) return parseByteSizeText(`${blank[1]}${blank[2]}`);
  const early = quantityFault(text, words, parseByteSizeText);
  if (early !== undefined) return early;
  const number = /^(\d+\.?\d*|\.\d+)/.exec(text)?.[0];
  if (number === undefined) {
    return fault(0, text.length, `${quote(text)} is no size`, 'write a number with a unit, for example 64m');
  }
  const unit = text.slice(number.length);
  const letter =
    /^([kmgtp]?)(i?b)?$/i.exec(unit)?.[1]?.toLowerCase() ?? (/^[kmgtp]i$/i.test(unit) ? unit[0] : undefined);
  const power = letter === undefined ? -1 : powers.indexOf(letter.toLowerCase());
  if (power < 0) {
    const hint = 'the units are b, k, m, g and t, each 1024 times the one before';
    return fault(number.length, text.length, `${quote(unit)} is no unit of size`, hint);
  }
  return { bytes: Math.floor(Number(number) * 1024 ** power) };
}
