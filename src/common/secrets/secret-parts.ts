import { isSecretPlace, SECRET_PLACES } from './secret-places.ts';
import { SECRET_FORMS } from './secret-tokens.ts';
import { isByChance, isHarmless, type Part, valueAt } from './secret-value.ts';
import { urlSecrets } from './url-secrets.ts';

/** What stands in place of a secret. */
export const MASK = '***';

/**
 * The parts of a text that are secret, by their form or by what stands before them: passwords of addresses, tokens, keys,
 * values of options and settings whose name tells so. In order, none within another. Takes time in proportion to the text.
 */
export function secretParts(text: string): readonly Part[] {
  // Nothing secret is shorter than its own marks.
  if (!/[:=@\-_.]|\b(?:bearer|basic)\b|--/i.test(text)) return [];
  const found = [...urlSecrets(text), ...byForm(text), ...byPlace(text)];
  return merged(found.filter(({ start, end }) => !isHarmless(text.slice(start, end))));
}

/** A text with each of its secrets masked. Masking it again changes nothing. */
export function maskText(text: string): string {
  let masked = text;
  // Where a mask stands now, what surrounds it may read otherwise.
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const parts = secretParts(masked);
    if (isMasked(masked, parts)) return masked;
    masked = maskParts(masked, parts);
  }
  return masked;
}

const MOST_PASSES = 5;

function isMasked(text: string, parts: readonly Part[]): boolean {
  return parts.every(({ start, end }) => text.slice(start, end) === MASK);
}

/** A text with these parts masked. */
export function maskParts(text: string, parts: readonly Part[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of parts) {
    masked += text.slice(at, start) + MASK;
    at = end;
  }
  return masked + text.slice(at);
}

/** In order, and joined where they overlap or touch. */
export function merged(parts: readonly Part[]): readonly Part[] {
  const inOrder: Part[] = [];
  for (const part of [...parts].sort((left, right) => left.start - right.start)) {
    const last = inOrder.at(-1);
    if (last === undefined || part.start > last.end) inOrder.push(part);
    else inOrder.splice(-1, 1, { start: last.start, end: Math.max(last.end, part.end) });
  }
  return inOrder;
}

function byForm(text: string): readonly Part[] {
  return SECRET_FORMS.flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ indices }) => {
      const [start, end] = indices?.groups?.['secret'] ?? [0, 0];
      return [{ start, end }];
    }),
  );
}

function byPlace(text: string): readonly Part[] {
  return SECRET_PLACES.flatMap((place) => {
    const parts: Part[] = [];
    for (const match of text.matchAll(place.before)) {
      if (!isSecretPlace(match)) continue;
      const part = valueAt(text, match.index + match[0].length, place.upTo);
      const value = text.slice(part.start, part.end);
      if (place.not?.test(value) || (place.byChance && !isByChance(value))) continue;
      parts.push(part);
    }
    return parts;
  });
}
