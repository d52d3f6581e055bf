import type { Fault } from './fault.ts';
import { type QuantityWords, quantityFault } from './quantity-text.ts';
import { quote } from './tree.ts';

const factors = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['kb', 1024],
  ['m', 1024 ** 2],
  ['mb', 1024 ** 2],
  ['g', 1024 ** 3],
  ['gb', 1024 ** 3],
]);

const words: QuantityWords = { code: 'bad-size', noun: 'size', example: '64m' };

/**
 * Parses an amount of bytes such as `64m`, `1.5gb` or `1024`: a number and one of the units b, k, kb, m, mb, g and gb,
 * in either case, each 1024 times the one before. Without unit it is bytes. Parts of a byte are dropped.
 */
export function parseByteSizeText(text: string): { readonly bytes: number } | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: words.code, from, to, message, hint };
  };
  const early = quantityFault(text, words, parseByteSizeText);
  if (early !== undefined) return early;
  const number = /^(\d+\.?\d*|\.\d+)/.exec(text)?.[0];
  if (number === undefined) {
    return fault(0, text.length, `${quote(text)} is no size`, 'write a number with a unit, for example 64m');
  }
  const unit = text.slice(number.length);
  const factor = factors.get(unit.toLowerCase());
  if (factor === undefined) {
    return fault(number.length, text.length, `${quote(unit)} is no unit of size`, wrongUnit(number, unit));
  }
  return { bytes: Math.floor(Number(number) * factor) };
}

function wrongUnit(number: string, unit: string): string {
  const binary = /^([kmg])i(b)?$/i.exec(unit);
  if (binary !== null) return `write ${number}${binary[1]?.toLowerCase()}: all units are powers of 1024`;
  if (/^t(i?b)?$/i.test(unit)) return `write ${Number(number) * 1024}g`;
  return 'the units are b, k, m and g, each 1024 times the one before';
}
