// The whole story on one machine, from a fresh clone: a pod with a bug behind its sidecar, `devenv up`, one word fixed,
// the pod answers right, Ctrl-C, and everything is as before. Exit code 0 only if each step went as told.
// usage: npm run demo [-- --keep]     --keep leaves the pod up; DEMO_NAME, DEMO_PORT … as in examples/sidecar-demo/pod.sh
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findLeftovers } from './demo/leftovers.mjs';
import { buildIsFresh, checkNode, dependenciesAreInstalled } from './demo/prepare.mjs';
import { run } from './demo/run.mjs';
import { Session } from './demo/session.mjs';
import { ensureEngine, ensureTools } from './engine.mjs';
import { seconds, style } from './terminal.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXAMPLE = join(ROOT, 'examples', 'sidecar-demo');
const POD = join(EXAMPLE, 'pod.sh');
const DEVENV = join(ROOT, 'dist', 'devenv.js');
const NAME = process.env.DEMO_NAME || 'sidecar-demo';
const IMAGE = process.env.DEMO_IMAGE || 'sidecar-demo:dev';
const ITEM = `http://127.0.0.1:${process.env.DEMO_PORT || '18080'}/items/123`;
const FIXED = '{"item_id":123,"Email":"john@gefyra.dev"}';
const BRIDGE_MS = 60_000;
const RELOAD_MS = 20_000;
const TEARDOWN_MS = 30_000;

const { keep } = parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values;
const interruption = new AbortController();
const { signal } = interruption;
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);

/** @type {{ title: string, ms: number, outcome: 'as told' | 'not as told' | 'not run' }[]} */
const steps = [];
/** @type {Session | undefined} */
let session;
/** The example's copy, whose sources are edited; empty before there is one. */
let copy = '';
let podIsOurs = false;

console.log(style.bold('\ndevenv demo: a bug in a pod, fixed from this machine'));
await step('Node is new enough', checkNode);
await step('the dependencies are installed', installDependencies);
await step('devenv is built', build);
await step('a container engine answers', () => ensureEngine({ report: detail }));
await step('the tools for making an image are there', () => ensureTools({ report: detail }));
await step('the image of agent and gateway is there', buildImage);
await step('the pod is up', startPod);
await step('the pod answers, with its bug', () => expectAnswer(500, 'original'));
await step('devenv up: the bridge is live', startSession);
await step('the app on this machine answers, with the same bug', () => expectAnswer(500, 'local'));
await step('one word is fixed, the pod answers right', fix);
await step('Ctrl-C: devenv gives everything back', endSession);
await step('the pod answers as before', () => expectAnswer(500, 'original'));
await step('nothing of devenv is left', expectNothingLeft);
await cleanUp();
process.exit(summarize());

/**
 * Runs one step unless an earlier one failed, and says what came of it.
 * @param {string} title a fact that the step establishes
 * @param {() => unknown} work throws when the fact does not hold
 */
async function step(title, work) {
  if (signal.aborted || steps.some(({ outcome }) => outcome !== 'as told')) {
    steps.push({ title, ms: 0, outcome: 'not run' });
    return;
  }
  console.log(`\n${style.cyan('▸')} ${style.bold(title)}`);
  const start = performance.now();
  try {
    await work();
    const ms = performance.now() - start;
    steps.push({ title, ms, outcome: 'as told' });
    console.log(`  ${style.green('✓')} ${style.dim(seconds(ms))}`);
  } catch (error) {
    steps.push({ title, ms: performance.now() - start, outcome: 'not as told' });
    const words = signal.aborted ? 'interrupted' : error instanceof Error ? error.message : String(error);
    console.log(style.red(`  ✗ ${words.replaceAll('\n', '\n    ')}`));
  }
}

/** @param {string} line */
function detail(line) {
  console.log(`  ${style.dim('│')} ${line}`);
}

/** @param {string} line of devenv's own output */
function quote(line) {
  detail(style.dim(line));
}

async function installDependencies() {
  if (dependenciesAreInstalled(ROOT)) return;
  detail('npm ci');
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, signal });
}

async function build() {
  if (buildIsFresh(ROOT)) return;
  detail('npm run build');
  await run('npm', ['run', 'build'], { cwd: ROOT, signal });
}

async function buildImage() {
  detail('devenv image build');
  await run(process.execPath, [DEVENV, 'image', 'build'], { signal, onLine: quote });
}

async function startPod() {
  podIsOurs = true;
  detail(`DEMO_NAME=${NAME} pod.sh up`);
  const output = await run(POD, ['up'], { signal });
  if (!output.includes('is already up')) return;
  podIsOurs = false;
  detail('it was up before, so it stays');
}

async function startSession() {
  copy = mkdtempSync(join(tmpdir(), 'devenv-demo-'));
  cpSync(EXAMPLE, copy, { recursive: true });
  const file = join(copy, 'gefyra.yaml');
  const text = readFileSync(file, 'utf8').replaceAll('sidecar-demo:dev', IMAGE);
  writeFileSync(
    file,
    text.replaceAll('container/sidecar-demo-', `container/${NAME}-`).replace(/^name: .*$/m, `name: ${NAME}`),
  );
  detail(`in ${copy}, a copy of the example: devenv up`);
  session = new Session(DEVENV, copy, quote);
  await session.line(/bridge\/app:8155.*\blive\b/, BRIDGE_MS, signal);
}

async function fix() {
  const file = join(copy, 'app', 'server.mjs');
  const [before, after, ...more] = readFileSync(file, 'utf8').split('record.Email');
  if (after === undefined || more.length > 0) throw new Error(`${file} does not hold the bug exactly once`);
  writeFileSync(file, `${before}record.email${after}`);
  detail(`app/server.mjs: ${style.red('record.Email')} → ${style.green('record.email')}, saved`);
  const end = Date.now() + RELOAD_MS;
  let answer = await ask();
  while (answer.status !== 200 && Date.now() < end) {
    await pause(50, undefined, { signal });
    answer = await ask();
  }
  show(answer);
  if (answer.body !== FIXED) throw new Error(`expected ${FIXED}`);
  if (answer.by !== 'local') throw new Error('expected an answer from this machine');
}

async function endSession() {
  const how = await session?.end(TEARDOWN_MS);
  if (how !== 'code 130') throw new Error(`devenv ended with ${how}, expected code 130`);
}

/**
 * @param {number} status
 * @param {'original' | 'local'} by
 */
async function expectAnswer(status, by) {
  const answer = await ask();
  show(answer);
  if (answer.status !== status || answer.by !== by) throw new Error(`expected ${status} from ${by}`);
}

/**
 * Asks for the item on a connection of its own, through the published port of the sidecar.
 * @returns {Promise<{ status: number | undefined, by: unknown, body: string }>}
 */
function ask() {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
    const question = request(ITEM, { agent: false, signal: limit }, async (response) => {
      const chunks = await response.toArray().catch(reject);
      if (!chunks) return;
      const body = Buffer.concat(chunks).toString().trim();
      resolve({ status: response.statusCode, by: response.headers['x-answered-by'], body });
    });
    question.on('error', (error) => reject(new Error(`GET ${ITEM}: ${error.message}`)));
    question.end();
  });
}

/** @param {{ status: number | undefined, by: unknown, body: string }} answer */
function show({ status, by, body }) {
  const number = status === 200 ? style.green(String(status)) : style.red(String(status));
  detail(`GET ${ITEM}`);
  detail(`${number}  answered by ${style.bold(String(by))}`);
  detail(body);
}

async function expectNothingLeft() {
  const left = await findLeftovers(NAME, `${NAME}-pod`, signal);
  if (session?.running) left.push(`process ${session.pid}`);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  detail('no container, no network, no agent, no process');
}

async function cleanUp() {
  if (session?.running) {
    console.log(style.dim('\nending devenv'));
    console.log(style.dim(`devenv ended with ${await session.end(TEARDOWN_MS)}`));
  }
  if (copy) rmSync(copy, { recursive: true, force: true });
  if (!podIsOurs) return;
  if (keep) {
    console.log(style.dim(`\nthe pod stays up: ${new URL(ITEM).origin}; \`${POD} down\` removes it`));
    return;
  }
  try {
    await run(POD, ['down']);
  } catch (error) {
    steps.push({ title: 'the pod is removed', ms: 0, outcome: 'not as told' });
    console.log(style.red(error instanceof Error ? error.message : String(error)));
  }
}

/** Prints the table of steps. Returns the exit code. */
function summarize() {
  const width = Math.max(...steps.map(({ title }) => title.length));
  console.log(`\n${style.bold('steps')}`);
  for (const { title, ms, outcome } of steps) {
    const mark = { 'as told': style.green('✓'), 'not as told': style.red('✗'), 'not run': style.dim('·') }[
      outcome
    ];
    console.log(
      `  ${mark} ${title.padEnd(width)}  ${(outcome === 'not run' ? 'not run' : seconds(ms)).padStart(8)}`,
    );
  }
  const asTold = steps.every(({ outcome }) => outcome === 'as told');
  console.log(
    asTold ? style.green('\neverything went as told\n') : style.red('\nnot everything went as told\n'),
  );
  return signal.aborted ? 130 : asTold ? 0 : 1;
}

function interrupt() {
  if (!signal.aborted) {
    console.log(style.yellow('\ninterrupted, cleaning up; once more to end at once'));
    interruption.abort();
    return;
  }
  session?.signal('SIGINT');
  console.log(style.red(`\nended at once; \`${POD} down\` and \`devenv down --all\` remove what is left`));
  process.exit(130);
}
