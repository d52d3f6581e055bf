// The cells of the tables of the page.

/**
 * @param {import('./report.mjs').Summary | undefined} found
 * @param {string} unit
 * @param {number} digits
 */
export function spread(found, unit, digits) {
  if (found === undefined) return '';
  const [middle, least, most] = [found.p50, found.least, found.most].map((value) => value.toFixed(digits));
  return `${middle}${unit === '' ? '' : ` ${unit}`} (${least}–${most})`;
}

/** @param {import('./report.mjs').Summary | undefined} milliseconds */
export function seconds(milliseconds) {
  return milliseconds === undefined ? undefined : scaled(milliseconds, 1000);
}

/**
 * @param {import('./report.mjs').Summary} found
 * @param {number} by
 * @returns {import('./report.mjs').Summary}
 */
export function scaled({ p50, p99, least, most, count }, by) {
  return { p50: p50 / by, p99: p99 / by, least: least / by, most: most / by, count };
}

/**
 * @param {string} title
 * @param {readonly string[]} cells
 */
export function row(title, cells) {
  return `| ${[title, ...cells].join(' | ')} |`;
}

/** @param {number} part */
export function percent(part) {
  return `${(part * 100).toFixed(1)} %`;
}

/**
 * @param {number} kilobytes
 * @param {number} [digits]
 */
export function megabytes(kilobytes, digits = 0) {
  return `${(kilobytes / 1024).toFixed(digits)} MB`;
}
