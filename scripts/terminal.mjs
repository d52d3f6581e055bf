// Colours and units of what these scripts print. NO_COLOR and FORCE_COLOR are honoured; without either, colours appear
// on a terminal only.

const coloured = process.env.NO_COLOR
  ? false
  : process.env.FORCE_COLOR
    ? process.env.FORCE_COLOR !== '0'
    : process.stdout.isTTY === true && process.env.TERM !== 'dumb';

/** Each gives the text in that style, or as it is where there are no colours. */
export const style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  cyan: paint(36, 39),
};

/**
 * @param {number} ms milliseconds
 * @returns {string} e.g. `0.42 s`, `31.5 s`
 */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/**
 * @param {number} on
 * @param {number} off
 * @returns {(text: string) => string}
 */
function paint(on, off) {
  return (text) => (coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text);
}
