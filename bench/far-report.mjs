// The page docs/benchmarks-far.md.
import { row, seconds, spread } from './cells.mjs';

const REMARKS = `
A way takes half of its round trip in each direction, keeps bytes in order, and does not limit how many are on it; opening a
connection costs a round trip. A lost piece comes 200 ms later, as one retransmission of TCP, and holds up what is behind it;
no congestion control slows down after it, as the kernels of these machines have no netem.

**Connections:** one for all requests, and three to the agent: for control, and a tunnel each way.

**Bodies:** what a stream may have on the way unread grows with the round trip: up to 4 MiB to an agent, which is a guest in
the memory of a pod, and up to 16 MiB from it. \`kubectl port-forward\` has no windows at all: API server, kubelet and runtime
hold what comes too fast.
`;

/** @param {import('./report.mjs').FarResults} results */
export function farPage({ machine, runs, busy, ways }) {
  const near = ways['no delay'];
  const lines = [
    '# Far clusters',
    '',
    `Made by \`npm run bench -- --only far --write\` on ${machine}; ${runs} runs. The way between this machine and the`,
    'API server takes so long that a round trip is what the table says.',
    ...(busy.length === 0 ? [] : ['', `Begun while others were busy on it: ${busy.join('; ')}.`]),
    '',
    '| round trip | `up` to the first bridged answer, no agent there yet | again | round trips more than without delay | connections |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(ways).map(([name, found]) =>
      row(name, [
        spread(seconds(found['cold']), 's', 2),
        spread(seconds(found['warm']), 's', 2),
        name === '80 ms'
          ? `${trips(found['cold'], near?.['cold'])}, ${trips(found['warm'], near?.['warm'])}`
          : '',
        `${found['cold connections']?.p50}, ${found['warm connections']?.p50}`,
      ]),
    ),
    '',
    '| round trip | streams | | to the cluster | from the cluster |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(ways).flatMap(([name, found]) =>
      [1, 4].flatMap((streams) =>
        ['devenv', 'kubectl'].map((who) =>
          row(name, [
            String(streams),
            who === 'devenv' ? 'devenv' : '`kubectl port-forward`',
            spread(found[`${who} up ${streams}`], 'MB/s', 0),
            spread(found[`${who} down ${streams}`], 'MB/s', 0),
          ]),
        ),
      ),
    ),
  ];
  return `${lines.join('\n')}\n${REMARKS}`;
}

/** @param {import('./report.mjs').Summary | undefined} far @param {import('./report.mjs').Summary | undefined} near */
function trips(far, near) {
  return (((far?.p50 ?? 0) - (near?.p50 ?? 0)) / 80).toFixed(0);
}
