// The page docs/benchmarks-filters.md.
import { megabytes, row, spread } from './cells.mjs';

/** @param {import('./report.mjs').FilterResults} results */
export function filterPage({ machine, runs, paths }) {
  const direct = paths['direct']?.kept.p50 ?? 0;
  const lines = [
    '# Only some requests',
    '',
    `Made by \`npm run bench -- --only filters --write\` on ${machine}, on Docker; ${runs} runs.`,
    'A bridge of the whole port, which nobody reads, beside one with `match`, for requests that it takes and for those that',
    'it leaves to the original. New connections: one for each request, with its opening.',
    '',
    '| requests | added p50 | p50, p99 on a kept connection | requests/s on 32 | p50, p99 on new connections | requests/s on 32 at once | agent, for 1,000 kept connections |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(paths).map(([name, { kept, rate, fresh, freshRate, memory }]) =>
      row(name, [
        name === 'direct' ? '' : `${(kept.p50 - direct).toFixed(2)} ms`,
        `${kept.p50.toFixed(2)}, ${kept.p99.toFixed(2)} ms`,
        spread(rate, '', 0),
        `${fresh.p50.toFixed(2)}, ${fresh.p99.toFixed(2)} ms`,
        spread(freshRate, '', 0),
        memory.count === 0 ? '' : megabytes(memory.p50, 1),
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
