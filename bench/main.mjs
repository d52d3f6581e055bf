// Everything that is claimed about speed, measured in one run: `npm run bench`.
// usage: node bench/main.mjs [--only docker|far|filters|footprint|kubernetes|processes|services,…] [--runs N] [--services N,…] [--devenv PATH]
//                            [--patience SECONDS] [--json PATH] [--write]
//   --runs      how often each thing is measured (default: 5; 3 with many services, 1 with more than ten)
//   --services  how many there are where there are many, one number after the other (default: 10,25)
//   --devenv    the built command line to be measured (default: that of this checkout, dist/devenv.js)
//   --patience  how long each measurement may wait for a moment in which the machine has nothing else to do (default: 0)
//   --json      a file for the results, besides the page on standard output
//   --write     puts the results into docs/benchmarks.{json,md,svg}, what is measured of filters, far clusters,
//               programs of this machine, and what an agent takes into pages of their own
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEngine, ensureTools } from '../scripts/engine.mjs';
import { otherBench } from './alone.mjs';
import { dockerPlace } from './docker-place.mjs';
import { farWays } from './far.mjs';
import { farPage } from './far-report.mjs';
import { filterPage } from './filter-report.mjs';
import { filters } from './filters.mjs';
import { footprint } from './footprint.mjs';
import { footprintPage } from './footprint-report.mjs';
import { kubernetesPlace } from './kubernetes-place.mjs';
import { machineText } from './machine.mjs';
import { manyServices } from './many-services.mjs';
import { oneService } from './one-service.mjs';
import { plot } from './picture.mjs';
import { ensureAgentImage, ensureImage, ROOT } from './place.mjs';
import { processes } from './processes.mjs';
import { processPage } from './processes-report.mjs';
import { Beginnings } from './quiet.mjs';
import { summaries, table } from './report.mjs';
import { endAll } from './session.mjs';
import { startTimes } from './start-times.mjs';

const PARTS = ['docker', 'filters', 'footprint', 'services', 'kubernetes', 'far', 'processes'];
/** Those that have a page of their own. */
const OWN_PAGES = ['filters', 'footprint', 'far', 'processes'];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    runs: { type: 'string' },
    services: { type: 'string', default: '10,25' },
    devenv: { type: 'string', default: join(ROOT, 'dist', 'devenv.js') },
    patience: { type: 'string', default: '0' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const only = values.only.split(',');
const unknown = only.filter((name) => !PARTS.includes(name));
if (unknown.length > 0)
  refuse(`nothing named ${unknown.join(', ')} is measured; there are ${PARTS.join(', ')}`);
const runs = number('runs', values.runs ?? '5');
const services = values.services.split(',').map((count) => number('services', count));
const manyRuns = (/** @type {number} */ count) => number('runs', values.runs ?? (count > 10 ? '1' : '3'));
const patience = number('patience', values.patience, 0);
const devenv = resolve(values.devenv);
if (!existsSync(devenv)) refuse(`there is no ${devenv}; \`npm run build\` in its checkout makes it`);
const other = await otherBench();
if (other !== undefined)
  refuse(`another bench runs on this machine, and each would remove the other's containers: ${other}`);
const report = (/** @type {string} */ line) => console.error(line);

const beginnings = new Beginnings(patience * 1000, report);

/** @type {import('./report.mjs').Results} */
const results = {
  machine: machineText(devenv),
  runs,
  busy: beginnings.busy,
  starts: {},
  places: {},
  services: [],
};
await ensureEngine({ report });
await ensureTools({ report });
ensureImage();
report('the image of the agents');
const agentImage = ensureAgentImage(devenv);
const isOfOwnPages = only.every((name) => OWN_PAGES.includes(name));
if (!isOfOwnPages) {
  await beginnings.begin('start of the command line');
  results.starts = summaries(startTimes(devenv, Math.max(runs, 15)));
}
for (const [name, open] of Object.entries({
  docker: () => dockerPlace(devenv),
  kubernetes: () => kubernetesPlace(devenv, report),
})) {
  if (!only.includes(name)) continue;
  const place = await open();
  try {
    results.places[place.name] = await oneService(place, runs, beginnings);
  } finally {
    await endAll();
    await place.close();
  }
}
if (only.includes('filters')) {
  const docker = await dockerPlace(devenv);
  try {
    results.filters = { machine: results.machine, runs, paths: await filters(docker, runs, beginnings) };
  } finally {
    await endAll();
    await docker.close();
  }
}
if (only.includes('footprint')) {
  const docker = await dockerPlace(devenv);
  try {
    results.footprint = await footprint(docker, agentImage, results.machine);
  } finally {
    await endAll();
    await docker.close();
  }
}
if (only.includes('far')) {
  const cluster = await kubernetesPlace(devenv, report);
  try {
    const { machine, busy } = results;
    results.far = { machine, runs, busy, ways: await farWays(cluster, runs, beginnings) };
  } finally {
    await endAll();
    await cluster.close();
  }
}
if (only.includes('processes')) {
  const cluster = await kubernetesPlace(devenv, report);
  try {
    const { machine, busy } = results;
    results.processes = { machine, runs, busy, found: await processes(cluster, runs, beginnings) };
  } finally {
    await endAll();
    await cluster.close();
  }
}
for (const count of only.includes('services') ? services : [])
  results.services.push(await manyServices(devenv, count, manyRuns(count), beginnings));
if (results.filters !== undefined) console.log(filterPage(results.filters));
if (results.footprint !== undefined) console.log(footprintPage(results.footprint));
if (results.far !== undefined) console.log(farPage(results.far));
if (results.processes !== undefined) console.log(processPage(results.processes));
if (!isOfOwnPages) console.log(table(results));
const json = `${JSON.stringify(results, undefined, 2)}\n`;
if (values.json !== undefined) writeFileSync(values.json, json);
if (values.write && results.filters !== undefined)
  writeFileSync(join(ROOT, 'docs', 'benchmarks-filters.md'), filterPage(results.filters));
if (values.write && results.footprint !== undefined)
  writeFileSync(join(ROOT, 'docs', 'benchmarks-footprint.md'), footprintPage(results.footprint));
if (values.write && results.far !== undefined)
  writeFileSync(join(ROOT, 'docs', 'benchmarks-far.md'), farPage(results.far));
if (values.write && results.processes !== undefined)
  writeFileSync(join(ROOT, 'docs', 'benchmarks-processes.md'), processPage(results.processes));
if (values.write && !isOfOwnPages) {
  writeFileSync(join(ROOT, 'docs', 'benchmarks.json'), json);
  writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), table(results));
  writeFileSync(join(ROOT, 'docs', 'benchmarks.svg'), plot(results));
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} [least]
 */
function number(name, text, least = 1) {
  if (!/^\d+$/.test(text) || Number(text) < least)
    refuse(`--${name} takes a number from ${least} on, not ${text}`);
  return Number(text);
}

/**
 * @param {string} why
 * @returns {never}
 */
function refuse(why) {
  console.error(why);
  process.exit(2);
}
