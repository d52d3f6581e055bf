// The page docs/benchmarks-processes.md.
import { row, seconds, spread } from './cells.mjs';

/** @param {import('./report.mjs').ProcessResults} results */
export function processPage({ machine, runs, busy, found }) {
  const cells = (/** @type {string} */ what) =>
    ['process', 'container'].map((way) => spread(seconds(found[`${what} ${way}`]), 's', 2));
  const lines = [
    '# Programs of this machine',
    '',
    `Made by \`npm run bench -- --only processes --write\` on ${machine}, on the cluster; ${runs} runs, in turn. The agent stands`,
    'already; everything else is made anew each time, and given back.',
    ...(busy.length === 0 ? [] : ['', `Begun while others were busy on it: ${busy.join('; ')}.`]),
    '',
    '| | program of this machine | container |',
    '| --- | --- | --- |',
    row('`up` to the first bridged answer', cells('up')),
    row('`run --like deployment/… -- true`, from its start to its end', cells('run')),
  ];
  return `${lines.join('\n')}\n`;
}
