// The result as Markdown, and its place in a page.
import { BETWEEN, seconds } from './rows.mjs';

/**
 * @typedef {object} Result
 * @property {string} place
 * @property {string} machine
 * @property {number} ms how long it took
 * @property {number} seed
 * @property {readonly import('./rows.mjs').Row[]} rows
 * @property {readonly string[]} misses
 * @property {readonly import('./usage.mjs').Growth[]} growth
 * @property {number} heldUpMs the load itself was not let run for so long
 */

/**
 * @param {Result} result
 * @returns {string} ends with a line end
 */
export function table({ place, machine, ms, seed, rows, misses, growth, heldUpMs }) {
  const sum = (/** @type {'times' | 'requests' | 'local' | 'original' | 'errors'} */ key) =>
    rows.reduce((total, row) => total + row[key], 0);
  const events = rows.reduce((total, { kind, times }) => total + (kind === undefined ? 0 : times), 0);
  const lines = [
    `${place}, ${(ms / 60_000).toFixed(0)} min, ${events} events, seed ${seed}, on ${machine}.`,
    '',
    '| event | times | requests | you | original | errors | longest gap | back after |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map((row) => {
      const back = row.name === BETWEEN ? '' : row.back === undefined ? 'never' : seconds(row.back);
      const times = row.name === BETWEEN ? '' : row.times;
      return line(row.name, times, row.requests, row.local, row.original, row.errors, seconds(row.gap), back);
    }),
    line(
      'together',
      events,
      ...['requests', 'local', 'original', 'errors'].map((key) => sum(/** @type {'requests'} */ (key))),
      '',
      '',
    ),
    '',
    '| program | anonymous memory, after the first round | at the end | descriptors | at the end |',
    '| --- | --: | --: | --: | --: |',
    ...growth.map(({ program, first, last }) =>
      line(
        program,
        megabytes(first.anonymous),
        megabytes(last.anonymous),
        first.descriptors,
        last.descriptors,
      ),
    ),
    '',
    misses.length === 0
      ? 'All was as it should be.'
      : ['Not as it should be:', '', ...misses.map((miss) => `- ${miss}`)].join('\n'),
    '',
    `The load and its clock were held up by the machine for at most ${Math.round(heldUpMs)} ms.`,
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Puts a table into the section of its place, which a page has between two marks.
 * @param {string} page
 * @param {string} place
 * @param {string} text
 * @throws {Error} when the page has no such section
 */
export function written(page, place, text) {
  const [from, to] = [`<!-- soak: ${place} -->\n`, `<!-- end of soak: ${place} -->`];
  const [begin, end] = [page.indexOf(from), page.indexOf(to)];
  if (begin === -1 || end < begin)
    throw new Error(`the page has no section between ${from.trim()} and ${to}`);
  return `${page.slice(0, begin + from.length)}\n${text}\n${page.slice(end)}`;
}

/** @param {(string | number)[]} cells */
function line(...cells) {
  return `| ${cells.join(' | ')} |`;
}

/** @param {number} kilobytes */
function megabytes(kilobytes) {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}
