// The results as a page and as a picture.

/**
 * @typedef {{ p50: number, p99: number, least: number, most: number, count: number }} Summary
 * @typedef {{ latency: number[], rate: number[], loaded: number[], down: number[], up: number[] }} PathSamples
 * @typedef {Record<keyof PathSamples, Summary>} PathResults latency and loaded in ms, rate in requests/s, down and up in Gbit/s
 * @typedef {object} PlaceResults
 * @property {Record<string, Summary>} times milliseconds
 * @property {number} failed requests without an answer during all of these times
 * @property {Record<string, PathResults>} paths
 * @property {Record<string, Record<string, number>>} memory kilobytes
 * @typedef {{ machine: string, runs: number, starts: Record<string, Summary>, places: Record<string, PlaceResults> }} Results
 */

/**
 * @param {readonly number[]} samples
 * @returns {Summary}
 */
export function summary(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (/** @type {number} */ part) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), least: at(0), most: at(1), count: sorted.length };
}

/** What each kind of time is. */
const TIMES = {
  cold: '`up` to the first bridged answer, no agent there yet',
  warm: '`up` to the first bridged answer, again',
  'no-op': '`up -d` when all is as the file says',
  teardown: 'Ctrl-C to the end of the process',
  'fail-open': '`kill -9` to the first answer of the original',
};

/**
 * The page `docs/benchmarks.md`.
 * @param {Results} results
 */
export function table({ machine, runs, starts, places }) {
  const lines = [
    '# Benchmarks',
    '',
    `Made by \`npm run bench -- --write\` on ${machine}. Everything runs on that one machine, load and cluster included.`,
    `${runs} runs; a figure is the median, the least and the most are behind it in brackets. The server that is asked does`,
    'as little as possible, the same in the pod and on this machine; every path is measured in turn.',
    '',
    '![Requests per second and added latency](benchmarks.svg)',
    '',
    '| command line | time |',
    '| --- | --- |',
    ...Object.entries(starts).map(([name, time]) => `| ${name} | ${spread(time, 'ms', 0)} |`),
  ];
  for (const [place, { times, failed, paths, memory }] of Object.entries(places)) {
    const direct = paths.direct?.latency.p50 ?? 0;
    lines.push(
      '',
      `## ${place}`,
      '',
      '| | time |',
      '| --- | --- |',
      ...Object.entries(TIMES).map(
        ([kind, words]) => `| ${words} | ${spread(seconds(times[kind]), 's', 2)} |`,
      ),
      '',
      `Requests without an answer during all of this, of some hundred a second on new connections: ${failed}.`,
      '',
      '| path | added p50 | p50 | p99 | requests/s at 32 connections | their p50, p99 | response body | request body |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...Object.entries(paths).map(([name, { latency, rate, loaded, down, up }]) =>
        [
          `| ${name}`,
          name === 'direct' ? '' : `${(latency.p50 - direct).toFixed(2)} ms`,
          `${latency.p50.toFixed(2)} ms`,
          `${latency.p99.toFixed(2)} ms`,
          spread(rate, '', 0),
          `${loaded.p50.toFixed(1)}, ${loaded.p99.toFixed(1)} ms`,
          spread(down, 'Gbit/s', 2),
          `${spread(up, 'Gbit/s', 2)} |`,
        ].join(' | '),
      ),
      '',
      '| memory in use | session | agent | gateway | holder |',
      '| --- | --- | --- | --- | --- |',
      ...Object.entries(memory).map(([when, { session, agent, gateway, holder }]) =>
        [`| ${when}`, ...[session, agent, gateway, holder].map(megabytes)].join(' | ').concat(' |'),
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A picture of two bars for each path: requests per second, and added latency.
 * @param {Results} results
 */
export function plot({ places, machine }) {
  const rows = Object.entries(places).flatMap(([place, { paths }]) =>
    Object.entries(paths).map(([name, { latency, rate }]) => ({
      label: `${place}: ${name}`,
      rate: rate.p50,
      added: Math.max(0, latency.p50 - (paths.direct?.latency.p50 ?? 0)),
      ours: name === 'devenv',
    })),
  );
  const most = {
    rate: Math.max(...rows.map(({ rate }) => rate)),
    added: Math.max(...rows.map(({ added }) => added)),
  };
  const bar = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ part,
    /** @type {boolean} */ ours,
    /** @type {string} */ text,
  ) =>
    `<rect x="${x}" y="${y}" width="${Math.max(1, part * 200).toFixed(1)}" height="14" fill="${ours ? '#0a7' : '#9ab'}"/>` +
    `<text x="${(x + 6 + part * 200).toFixed(1)}" y="${y + 11}">${text}</text>`;
  const body = rows.map(({ label, rate, added, ours }, index) => {
    const y = 44 + index * 22;
    return (
      `<text x="180" y="${y + 11}" text-anchor="end"${ours ? ' font-weight="bold"' : ''}>${label}</text>` +
      bar(190, y, rate / most.rate, ours, `${Math.round(rate)}/s`) +
      bar(480, y, added / most.added, ours, `${added.toFixed(2)} ms`)
    );
  });
  const height = 70 + rows.length * 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="760" height="${height}" fill="#fff"/>
<text x="190" y="26" font-weight="bold">requests/s at 32 connections</text>
<text x="480" y="26" font-weight="bold">added latency, median</text>
${body.join('\n')}
<text x="20" y="${height - 10}" fill="#567" font-size="10">${machine}</text>
</svg>
`;
}

/**
 * @param {Summary | undefined} found
 * @param {string} unit
 * @param {number} digits
 */
function spread(found, unit, digits) {
  if (found === undefined) return '';
  const [middle, least, most] = [found.p50, found.least, found.most].map((value) => value.toFixed(digits));
  return `${middle}${unit === '' ? '' : ` ${unit}`} (${least}–${most})`;
}

/** @param {Summary | undefined} milliseconds */
function seconds(milliseconds) {
  if (milliseconds === undefined) return undefined;
  const { p50, p99, least, most, count } = milliseconds;
  return { p50: p50 / 1000, p99: p99 / 1000, least: least / 1000, most: most / 1000, count };
}

/** @param {number | undefined} kilobytes */
function megabytes(kilobytes = 0) {
  return `${(kilobytes / 1024).toFixed(0)} MB`;
}
