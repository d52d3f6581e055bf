import { items, textIn, type Value } from './reading.ts';

/** The texts of a list, or the one that stands for a list of one; numbers as they are spelled. */
export function textsIn(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  const places = value.node.kind === 'sequence' ? items(value) : [value];
  const texts = places.flatMap((place) => textIn(place) ?? []);
  return [...new Set(texts.filter((text) => text !== ''))];
}
