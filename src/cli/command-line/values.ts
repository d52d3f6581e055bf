import { InvalidArgumentError } from 'commander';

/** The number that a word is. Errors: commander's, for any other word. */
export function wholeNumber(value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is no whole number');
}

/** Gathers the values of an option that may be given again and again. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
