// Chance that can be repeated.

/**
 * The generator mulberry32: small, and good enough to choose events with.
 * @param {number} seed a whole number
 * @returns {() => number} from 0 to below 1
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of the list, and never the one that was before: the same event twice in a row says little.
 * @template Item
 * @param {readonly Item[]} list
 * @param {Item | undefined} before
 * @param {() => number} chance
 * @returns {Item | undefined} undefined where there is nothing to choose from
 */
export function choose(list, before, chance) {
  const others = list.length > 1 ? list.filter((item) => item !== before) : list;
  return others[Math.floor(chance() * others.length)];
}
