import { DevenvError } from '../errors.ts';
import { tellsSecret } from './secret-name.ts';
import { MASK, secretParts } from './secret-parts.ts';
import { isHarmless } from './secret-value.ts';

/** A text with these values masked, however long: short ones only where they stand in quotes. */
export function maskValues(text: string, values: readonly string[]): string {
  const longestFirst = [...new Set(values)].sort((left, right) => right.length - left.length);
  return longestFirst.reduce((masked, value) => {
    if (value === '' || value === MASK) return masked;
    if (value.length < SHORTEST_BARE) return masked.replaceAll(JSON.stringify(value), JSON.stringify(MASK));
    return masked.replaceAll(value, MASK).replaceAll(JSON.stringify(value).slice(1, -1), MASK);
  }, text);
}

/**
 * Says which of many values `maskValues` would find in a text. What that costs grows with the text alone, however many
 * values there are.
 */
export function finderOf(values: Iterable<string>): (text: string) => readonly string[] {
  const byForm = new Map<string, string>();
  const lengths = new Map<string, Set<number>>();
  for (const value of values) {
    if (value === '' || value === MASK) continue;
    for (const form of formsOf(value)) {
      byForm.set(form, value);
      const beginning = form.slice(0, SHORTEST_FORM);
      lengths.set(beginning, (lengths.get(beginning) ?? new Set()).add(form.length));
    }
  }
  return (text) => {
    const found = new Set<string>();
    for (let at = 0; at + SHORTEST_FORM <= text.length; at += 1) {
      for (const length of lengths.get(text.slice(at, at + SHORTEST_FORM)) ?? []) {
        const value = byForm.get(text.slice(at, at + length));
        if (value !== undefined) found.add(value);
      }
    }
    return [...found];
  };
}

/** How a value may stand in a text, for `maskValues`. */
function formsOf(value: string): readonly string[] {
  const quoted = JSON.stringify(value);
  return value.length < SHORTEST_BARE ? [quoted] : [value, quoted.slice(1, -1)];
}

/** One letter in quotes. */
const SHORTEST_FORM = 3;

/**
 * Masks what was given with these variables wherever it is quoted: `NAME=value`, and values alone that are secret or long.
 * `shown` are texts that are no secret, such as the image's name, even where a value occurs in them.
 */
export function valueMask(
  variables: Readonly<Record<string, string>>,
  shown: readonly string[],
): (text: string) => string {
  const entries = Object.entries(variables).filter(([, value]) => !isHarmless(value));
  const values = entries.flatMap(secretsIn).filter((value) => !shown.some((text) => text.includes(value)));
  return (text) => maskValues(withoutEntries(text, entries), values);
}

/** An error with all its words through a mask, see `valueMask`. */
export function maskedError(error: DevenvError, mask: (text: string) => string): DevenvError {
  const { code, message, hint, evidence, evidenceIs, owner } = error;
  return new DevenvError({
    code,
    message: mask(message),
    owner,
    cause: error,
    ...(hint === undefined ? {} : { hint: mask(hint) }),
    ...(evidence === undefined ? {} : { evidence: evidence.map(mask) }),
    ...(evidenceIs === undefined ? {} : { evidenceIs }),
  });
}

/** Shorter ones are too likely to mean something else. */
const SHORTEST_BARE = 4;

/** As short as somebody may have written them where nothing says that they are secret. */
const SHORTEST_UNTOLD = 8;

function withoutEntries(text: string, entries: readonly (readonly [string, string])[]): string {
  return entries.reduce(
    (masked, [name, value]) => masked.replaceAll(`${name}=${value}`, `${name}=${MASK}`),
    text,
  );
}

/** What of a variable is hidden wherever it stands: nobody knows what a workload's variables mean. Paths are none. */
function secretsIn([name, value]: readonly [string, string]): readonly string[] {
  const parts = secretParts(value).map(({ start, end }) => value.slice(start, end));
  const isWhole = tellsSecret(name)
    ? value.length >= SHORTEST_BARE
    : value.length >= SHORTEST_UNTOLD && !/^(\/|\d+$)/.test(value);
  return [...(isWhole ? [value] : []), ...parts.filter((part) => part.length >= SHORTEST_BARE)];
}
