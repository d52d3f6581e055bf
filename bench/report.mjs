// The results as a page.
import { megabytes, percent, row, scaled, seconds, spread } from './cells.mjs';

/**
 * @typedef {{ p50: number, p99: number, least: number, most: number, count: number }} Summary
 * @typedef {{ latency: number[], rate: number[], loaded: number[], down: number[], up: number[] }} PathSamples
 * @typedef {Record<keyof PathSamples, Summary>} PathResults latency and loaded in ms, rate in requests/s, down and up in Gbit/s
 * @typedef {object} PlaceResults
 * @property {Record<string, Summary>} times milliseconds
 * @property {number} failed requests without an answer during all of these times
 * @property {Record<string, PathResults>} paths
 * @property {Record<string, import('./usage.mjs').Usage>} atRest with the share of a processor in place of time
 * @property {Record<string, import('./usage.mjs').Usage>} afterLoad
 * @typedef {object} ServicesResults
 * @property {number} services
 * @property {number} ports bridged ones, of all services together
 * @property {number} runs
 * @property {Record<'plain' | 'up' | 'end', Summary>} times milliseconds; `plain` are as many containers without devenv
 * @property {Summary} ratio of `up` to the `plain` of the same run
 * @property {number} failed requests without an answer during `up` and `end`
 * @property {Record<string, number>} containers of each part that has any
 * @property {Record<string, number>} descriptors open files and sockets of each part at rest, all its processes together
 * @property {Record<string, Summary>} atRest anonymous memory in kilobytes of each part, all its processes together
 * @property {Record<string, Summary>} afterLoad
 * @typedef {{ kept: number[], rate: number[], fresh: number[], freshRate: number[], memory: number[] }} FilterSamples
 * @typedef {Record<string, Record<keyof FilterSamples, Summary>>} FilterPaths kept and fresh in ms, rates in requests/s, memory in kilobytes for a thousand kept connections
 * @typedef {{ machine: string, runs: number, paths: FilterPaths }} FilterResults
 * @typedef {Record<string, Record<string, Summary>>} FarWays by way; times in ms, bodies in MB/s
 * @typedef {{ machine: string, runs: number, busy: readonly string[], ways: FarWays }} FarResults
 * @typedef {{ machine: string, runs: number, busy: readonly string[], found: Record<string, Summary> }} ProcessResults
 * @typedef {object} Results
 * @property {string} machine
 * @property {number} runs
 * @property {readonly string[]} busy what was measured although others were busy on the machine, where that was looked at
 * @property {Record<string, Summary>} starts milliseconds
 * @property {Record<string, PlaceResults>} places
 * @property {ServicesResults[]} services one for each number of services
 * @property {FilterResults} [filters] where it was measured
 * @property {FarResults} [far] where it was measured
 * @property {ProcessResults} [processes] where it was measured
 * @property {import('./footprint.mjs').Footprint} [footprint] where it was measured
 */

/**
 * @param {readonly number[]} samples
 * @returns {Summary}
 */
export function summary(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (/** @type {number} */ part) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  // Of an even number, between the two in the middle: the upper of two runs would be the slowest.
  const middle = (at(0.5) + (sorted[Math.ceil(sorted.length / 2) - 1] ?? 0)) / 2;
  return { p50: middle, p99: at(0.99), least: at(0), most: at(1), count: sorted.length };
}

/**
 * @template {string} Name
 * @param {Readonly<Record<Name, readonly number[]>>} samples
 * @returns {Record<Name, Summary>}
 */
export function summaries(samples) {
  const found = Object.entries(samples).map(([name, list]) => [
    name,
    summary(/** @type {number[]} */ (list)),
  ]);
  return Object.fromEntries(found);
}

/** What each kind of time is. */
const TIMES = {
  cold: '`up` to the first bridged answer, no agent there yet',
  warm: '`up` to the first bridged answer, again',
  'no-op': '`up -d` when all is as the file says',
  teardown: 'Ctrl-C until the process has ended and the original answers',
  'fail-open': '`kill -9` to the first answer of the original',
};

/** What the figures do not say by themselves. */
const REMARKS = `
## Where the time goes

**Until the first bridged answer:** the container engine takes two thirds of it, most for the gateway's container, which gets the
network and the ports. All that does not depend on each other is done at once: the agent is placed meanwhile, and the
service is looked at every 20 ms at first for whether it listens.

**A long body on the cluster:** whatever is on its way shares the two processors of this machine: containerd takes 24 % of
the time, kubelet and API server 15 % each, the agent 15 %, the session 10 %, the gateway 9 %, the load 8 %. So a single
WebSocket of a port-forward, with nothing else on the way, is faster than the whole path can be here. The port-forward of
devenv speaks SPDY: in a WebSocket containerd takes twice the time.

**Only some requests:** what it costs that they are told apart is on [a page of its own](benchmarks-filters.md).
**What an agent takes** of memory, and how large its image is: [another one](benchmarks-footprint.md).

**A cluster that is far away:** what a round trip of 80 ms costs is on [a page of its own](benchmarks-far.md).
**Programs of this machine,** and a command that is run once, beside containers: [one more](benchmarks-processes.md).

**One request:** three processes are on its way on Docker, six on the cluster, and each has to be woken, twice.

## Others

Measured on a machine like this one with the same work (HTTP, one node, three runs), not part of \`npm run bench\`. After
\`kill -9\` of the client neither gave the traffic back within 300 s.

| | first bridged answer | failed requests meanwhile, of 20/s | added p50 | requests/s at 32 connections | response body |
| --- | --- | --- | --- | --- | --- |
| Gefyra 2.5.6 | 29.4 s | 87–125 | 0.57 ms | 3170 | 1.42 Gbit/s |
| Telepresence 2.20.2 | 2.1–2.4 s; 0.05 s once its agent is in the pod | 0–19 | 0.97 ms | 4923 | 0.98 Gbit/s |
`;

/**
 * The page `docs/benchmarks.md`.
 * @param {Results} results
 */
export function table({ machine, runs, busy, starts, places, services }) {
  const lines = [
    '# Benchmarks',
    '',
    `Made by \`npm run bench -- --write\` on ${machine}. Everything runs on that one machine, load and cluster included.`,
    `${runs} runs; a figure is the median, the least and the most are behind it in brackets. The server that is asked does`,
    'as little as possible, the same in the pod and on this machine; every path is measured in turn.',
    ...(busy.length === 0 ? [] : ['', `Begun while others were busy on it: ${busy.join('; ')}.`]),
    '',
    '![Requests per second and added latency](benchmarks.svg)',
    '',
    '| command line | time |',
    '| --- | --- |',
    ...Object.entries(starts).map(([name, time]) => `| ${name} | ${spread(time, 'ms', 0)} |`),
  ];
  for (const [place, { times, failed, paths, atRest, afterLoad }] of Object.entries(places)) {
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
      `| | ${Object.keys(atRest).join(' | ')} |`,
      `| --- | ${Object.keys(atRest)
        .map(() => '---')
        .join(' | ')} |`,
      row(
        'memory at rest',
        Object.values(atRest).map(({ memory }) => megabytes(memory)),
      ),
      row(
        'of that anonymous',
        Object.values(atRest).map(({ anonymous }) => megabytes(anonymous, 1)),
      ),
      row(
        'memory after the load',
        Object.values(afterLoad).map(({ memory }) => megabytes(memory)),
      ),
      row(
        'of that anonymous',
        Object.values(afterLoad).map(({ anonymous }) => megabytes(anonymous, 1)),
      ),
      row(
        'of one processor at rest',
        Object.values(atRest).map(({ processor }) => percent(processor)),
      ),
    );
  }
  for (const found of services) lines.push('', ...manyServices(found));
  return `${lines.join('\n')}\n${REMARKS}`;
}

/** @param {ServicesResults} results */
function manyServices({
  services,
  ports,
  runs,
  times,
  ratio,
  failed,
  containers,
  descriptors,
  atRest,
  afterLoad,
}) {
  const named = (/** @type {string} */ part) =>
    containers[part] === undefined ? part : `${part}, ${containers[part]}`;
  return [
    `## ${services} services on Docker`,
    '',
    `Each service bridges ${ports / services} ports of a container of its own, ${ports} together. ${runs === 1 ? 'One run' : `${runs} runs`}.`,
    '',
    '| | time |',
    '| --- | --- |',
    row(`${services} plain containers of the same image, created and started at once, until all serve`, [
      spread(seconds(times.plain), 's', 2),
    ]),
    row('`up` until each bridged port was answered here', [spread(seconds(times.up), 's', 2)]),
    row('that many times as long as the plain containers', [spread(ratio, '', 2)]),
    row('Ctrl-C until the process has ended and the original answers on each port', [
      spread(seconds(times.end), 's', 2),
    ]),
    '',
    `Requests without an answer during \`up\` and Ctrl-C: ${failed}.`,
    '',
    '| anonymous memory | at rest | after the load | open files and sockets at rest |',
    '| --- | --- | --- | --- |',
    ...Object.keys(atRest).map((part) =>
      row(named(part), [
        ...[atRest[part], afterLoad[part]].map((found) => spread(found && scaled(found, 1024), 'MB', 1)),
        String(descriptors[part] ?? ''),
      ]),
    ),
  ];
}
