// A session under load while everything that can happen to it happens: `npm run soak`. Ends with 1 when an aim is missed.
// usage: node soak/main.mjs [--minutes N] [--short] [--kubernetes] [--seed S] [--only PART,PART…] [--devenv PATH] [--write PAGE]
//   --minutes     how long (default: 15); every event happens once in any case, then they come by chance
//   --short       the cheap events alone, once each, with aims for a busy machine
//   --kubernetes  on the cluster of the tests, which is started if it is not up, instead of on Docker
//   --seed        of the order by chance (default: another one each time, which is printed)
//   --only        events whose names hold one of these
//   --devenv      the built command line (default: that of this checkout, dist/devenv.js)
//   --write       a page that has a section for the table
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machineText } from '../bench/machine.mjs';
import { ensureAgentImage, ensureImage, ROOT } from '../bench/place.mjs';
import { ensureEngine, ensureTools } from '../scripts/engine.mjs';
import { dockerPlace } from './docker-place.mjs';
import { kubernetesPlace } from './kubernetes-place.mjs';
import { table, written } from './page.mjs';
import { Progress } from './progress.mjs';
import { AIMS, LOOSE_AIMS, missesOf, rowsOf, seconds, strays } from './rows.mjs';
import { run } from './run.mjs';
import { Session } from './session.mjs';
import { growing } from './usage.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    short: { type: 'boolean', default: false },
    kubernetes: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    only: { type: 'string', default: '' },
    devenv: { type: 'string', default: join(ROOT, 'dist', 'devenv.js') },
    write: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const devenv = resolve(values.devenv);
if (!(minutes > 0)) refuse(`--minutes takes a number above 0, not ${values.minutes}`);
if (!Number.isInteger(seed)) refuse(`--seed takes a whole number, not ${values.seed}`);
if (!existsSync(devenv)) refuse(`there is no ${devenv}; \`npm run build\` in its checkout makes it`);
if (process.platform !== 'linux' || process.getuid?.() !== 0)
  refuse(
    'processes in containers are stopped from outside here: that takes Linux, root and an engine of this machine',
  );

const progress = new Progress();
const report = (/** @type {string} */ line) => progress.say(line);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

await ensureEngine({ report });
await ensureTools({ report });
ensureImage();
const image = ensureAgentImage(devenv);
const start = performance.now();
const place = values.kubernetes ? await kubernetesPlace(image, report) : await dockerPlace();
const session = new Session(place, devenv);
try {
  await session.up();
  report(`${place.name}: the session is up; seed ${seed}`);
  const orders = {
    ms: minutes * 60_000,
    seed,
    short: values.short,
    only: values.only.split(',').filter(Boolean),
    signal: interruption.signal,
  };
  const found = await run({ place, session }, orders, (news, ledger) => progress.tell(news, ledger));
  progress.end();
  const rows = rowsOf(found.requests, found.windows, found.span);
  const aims = values.short ? LOOSE_AIMS : AIMS;
  const misses = [...missesOf(rows, aims), ...(values.short ? [] : growing(found.growth))];
  const ms = performance.now() - start;
  const text = table({ place: place.name, machine: machineText(devenv), ms, seed, rows, misses, ...found });
  console.log(text);
  tellReasons(rows);
  for (const { row, load, from, to, by, error } of strays(found.requests, found.windows))
    console.error(`${row}: ${load} from ${seconds(from - start)} to ${seconds(to - start)}: ${error ?? by}`);
  if (misses.length > 0 || values.only !== '') console.error(`\nthe session said:\n${session.said(start)}`);
  // Half a run is nothing to show.
  if (values.write !== undefined && !interruption.signal.aborted)
    writeFileSync(values.write, written(readFileSync(values.write, 'utf8'), place.name, text));
  process.exitCode = misses.length > 0 || interruption.signal.aborted ? 1 : 0;
} catch (error) {
  progress.end();
  console.error(
    error instanceof Error ? error.message : error,
    `\nthe session said:\n${session.said(start)}`,
  );
  process.exitCode = 1;
} finally {
  await session.close();
  await place.close();
}

/** @param {readonly import('./rows.mjs').Row[]} rows */
function tellReasons(rows) {
  for (const { name, reasons } of rows) {
    for (const [reason, count] of Object.entries(reasons)) console.error(`${name}: ${count} × ${reason}`);
  }
}

/**
 * @param {string} why
 * @returns {never}
 */
function refuse(why) {
  console.error(why);
  process.exit(2);
}
