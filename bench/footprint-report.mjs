// The page docs/benchmarks-footprint.md.
import { megabytes, percent, row } from './cells.mjs';

/** @param {import('./footprint.mjs').Footprint} found */
export function footprintPage({ machine, connections, bodyBytes, memory, processor, image }) {
  const bodies = `${Math.round(bodyBytes / 2 ** 20)} MB`;
  const million = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const lines = [
    '# What an agent takes',
    '',
    `Made by \`npm run bench -- --only footprint --write\` on ${machine}, on Docker.`,
    'Memory is what nobody else can have (`RssAnon`), of all processes of the agent together, at its most. It counts to the pod',
    'whose guest the agent is.',
    '',
    '| an agent | memory |',
    '| --- | --- |',
    row('at rest, with one bridge', [megabytes(memory.rest, 1)]),
    row(`${connections} callers at once, each a body of ${bodies} each way`, [megabytes(memory.bodies, 1)]),
    row(`${connections} callers that take nothing of what they asked for`, [megabytes(memory.unread, 1)]),
    row('some seconds after all that', [megabytes(memory.kept, 1)]),
    '',
    `At rest it takes ${percent(processor)} of a processor.`,
    '',
    '| the image | size |',
    '| --- | --- |',
    row('on the disk of a node', [million(image.bytes)]),
    row('compressed, as it is pulled', [million(image.compressed)]),
    row('which over 50 Mbit/s takes', [`${image.pullSeconds.toFixed(1)} s`]),
  ];
  return `${lines.join('\n')}\n`;
}
