// The whole story, from a fresh clone: an app behind a login at Keycloak fails; `devenv up`; a debugger shows the token
// of a real login; one word is fixed, the same address answers right; Ctrl-C, and everything is as before.
// Exit code 0 only if each step went as told.
// usage: npm run demo [-- --kubernetes] [--two] [--keep] [--browser]
//   --kubernetes  on a cluster of this machine instead of Docker    --keep     leaves Keycloak and the app up, for you
//   --two         john's requests alone come to this machine, while jane gets the app in the pod on the same address;
//                 both in Chromium where that is there, else with plain HTTP and cookies
//   --browser     the login in Chromium too, with pictures of it, in demo-pictures/
// DEMO_NAME, DEMO_PORT, DEMO_KEYCLOAK_PORT and DEMO_DEBUG_PORT play it under other names.
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BUG, FIX, fixBug, makeCopy, placeOfBug } from './demo/copy.mjs';
import { JOHN, link, MARK, People } from './demo/people.mjs';
import { buildIsFresh, checkNode, dependenciesAreInstalled } from './demo/prepare.mjs';
import { run } from './demo/run.mjs';
import { Session } from './demo/session.mjs';
import { ROOT } from './demo/stage.mjs';
import { detail, quote, Story } from './demo/story.mjs';
import { ensureEngine, ensureTools } from './engine.mjs';
import { style } from './terminal.mjs';

const DEVENV = join(ROOT, 'dist', 'devenv.js');
const NAMES = {
  name: process.env.DEMO_NAME || 'oauth2-demo',
  port: Number(process.env.DEMO_PORT || 18090),
  keycloakPort: Number(process.env.DEMO_KEYCLOAK_PORT || 18091),
};
const DEBUG_PORT = Number(process.env.DEMO_DEBUG_PORT || 5678);
const SITE = `http://localhost:${NAMES.port}`;
const ITEM = `${SITE}/items/123`;
const FIXED = '{"item_id":123,"Email":"john@gefyra.dev"}';
const BRIDGE_MS = 60_000;
const STOP_MS = 20_000;
const RELOAD_MS = 20_000;
const TEARDOWN_MS = 30_000;
/** Long enough at the breakpoint to see that nobody takes the app for dead. */
const THINKING_MS = 3000;

const flag = /** @type {const} */ ({ type: 'boolean', default: false });
const options = parseArgs({ options: { keep: flag, browser: flag, kubernetes: flag, two: flag } }).values;
const interruption = new AbortController();
const { signal } = interruption;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, interrupt);

const story = new Story(signal);
/** @type {import('./demo/stage.mjs').Stage | undefined} */
let stage;
const people = new People(ITEM, options.two);
/** @type {import('./demo/browser.mjs').Browser | undefined} */
let browser;
/** Path of the Chromium for `--browser`. */
let chromium = '';
/** @type {Session | undefined} */
let session;
/** @type {import('./demo/debug-adapter.mjs').DebugAdapter | undefined} */
let editor;
/** The example's copy, whose sources are edited; empty before there is one. */
let copy = '';

console.log(style.bold('\ndevenv demo: a bug behind a login, debugged and fixed from this machine'));
await story.step('Node is new enough', checkNode);
await story.step('the dependencies are installed', installDependencies);
await story.step('devenv is built', build);
await story.step('a container engine answers', () => ensureEngine({ report: detail }));
await story.step('the tools for making images are there', () => ensureTools({ report: detail }));
await story.step('the image of agent and gateway is there', buildImage);
if (options.browser) await story.step('a browser is there', findBrowser);
if (story.isAsTold) stage = await setStage();
for (const { title, work } of stage?.preparations ?? []) await story.step(title, work);
await story.step('john logs in at Keycloak', () => people.logIn('john', `${SITE}/`));
if (options.two) await story.step('jane logs in at Keycloak', () => people.logIn('jane', `${SITE}/`));
await story.step('the app in the pod fails', () => people.expect('john', 500, 'original'));
await story.step('devenv up: the bridge is live', startSession);
if (options.two) await story.step("a link marks john's requests, and nobody else's", mark);
await story.step('the app on this machine answers, and fails too', () => people.expect('john', 500, 'local'));
await story.step('a debugger stops at the line, with the token of the login', debug);
await story.step('one word is fixed, the same address answers right', fix);
if (options.two) {
  await story.step('jane gets the app in the pod, as before', () => people.expect('jane', 500, 'original'));
  await story.step('a link without a name ends it: john gets the app in the pod', unmark);
}
if (options.browser) await story.step('a browser shows it', showInBrowser);
await story.step('Ctrl-C: devenv gives everything back', endSession);
await story.step('the app in the pod answers as before', () => people.expect('john', 500, 'original'));
await story.step('nothing of devenv is left', expectNothingLeft);
await cleanUp();
story.summarize();
if (options.keep && story.isAsTold) for (const line of stage?.instructions ?? []) console.log(line);
process.exit(signal.aborted ? 130 : story.isAsTold ? 0 : 1);

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

/** Before anything is set up: a story that breaks off at its end tells little. */
async function findBrowser() {
  const { ensureChromium } = await import('./demo/browser.mjs');
  chromium = await ensureChromium(detail);
  detail(chromium);
}

/** Platforms are loaded only now, since dependencies may just have been installed. */
async function setStage() {
  return options.kubernetes
    ? (await import('./demo/kubernetes-stage.mjs')).kubernetesStage(NAMES, signal)
    : (await import('./demo/docker-stage.mjs')).dockerStage(NAMES, signal);
}

async function startSession() {
  copy = makeCopy({ name: NAMES.name, debugPort: DEBUG_PORT, isMine: options.two });
  const flags = [...(stage?.flags ?? []), ...(options.two ? ['--as', MARK] : [])];
  detail(`in ${copy}, a copy of the example: devenv up ${flags.join(' ')}`);
  if (options.two) detail('its bridge has `match: mine`');
  const environment = { ...stage?.environment, DEMO_TARGET: stage?.target ?? '' };
  session = new Session(DEVENV, copy, flags, environment, quote);
  await session.line(/bridge\/app:8155.*\blive\b/, BRIDGE_MS, signal);
}

async function mark() {
  await people.expect('john', 500, 'original');
  detail(`john opens ${link(ITEM, MARK)}`);
  await people.expect('john', 500, 'local', link(ITEM, MARK));
  await people.expect('jane', 500, 'original');
}

async function unmark() {
  detail(`john opens ${link(ITEM, '')}`);
  await people.expect('john', 500, 'original', link(ITEM, ''));
}

async function debug() {
  const { DebugAdapter } = await import('./demo/debug-adapter.mjs');
  const { file: source, line } = placeOfBug(copy);
  const directory = join(copy, 'app');
  editor = await DebugAdapter.attach({ port: DEBUG_PORT, directory, remoteDirectory: '/app' }, source, line);
  detail(`attached to 127.0.0.1:${DEBUG_PORT}, breakpoint in app/main.py line ${line}`);
  const answer = people.ask('john');
  const stop = await editor.nextStop(STOP_MS);
  detail(`GET ${ITEM}`);
  detail(`stopped in ${stop.function}, ${relative(copy, stop.file)} line ${stop.line}`);
  if (stop.file !== source || stop.line !== line) throw new Error('expected the line of the bug');
  for (const claim of ['iss', 'name', 'email'])
    detail(`  data[${JSON.stringify(claim)}] = ${await stop.evaluate(`data[${JSON.stringify(claim)}]`)}`);
  const failure = await stop.evaluate(BUG).catch((error) => String(error.message).split('\n').at(-1));
  detail(`  ${BUG} = ${style.red(String(failure))}`);
  if (!String(failure).includes('KeyError')) throw new Error('expected a KeyError');
  await pause(THINKING_MS, undefined, { signal });
  detail(`${THINKING_MS / 1000} s of thinking, then on`);
  await stop.goOn();
  people.check('john', await answer, 500, 'local');
  await editor.detach();
}

async function fix() {
  fixBug(copy);
  detail(`app/main.py: ${style.red(BUG)} → ${style.green(FIX)}, saved`);
  const end = Date.now() + RELOAD_MS;
  let answer = await people.ask('john');
  while (answer.status !== 200 && Date.now() < end) {
    await pause(50, undefined, { signal });
    answer = await people.ask('john');
  }
  people.check('john', answer, 200, 'local');
  if (answer.body !== FIXED) throw new Error(`expected ${FIXED}`);
}

async function showInBrowser() {
  const { Browser } = await import('./demo/browser.mjs');
  const url = options.two ? link(ITEM, MARK) : ITEM;
  const pictures = ['login', 'fixed'].map((name) => join(ROOT, 'demo-pictures', `${name}.png`));
  const [login = '', fixed = ''] = pictures;
  browser = await Browser.open(chromium);
  await browser.fillIn(url, JOHN);
  await browser.picture(login);
  const shown = await browser.submit(url);
  await browser.picture(fixed);
  for (const path of pictures) detail(relative(ROOT, path));
  people.check('john', shown, 200, 'local');
  if (shown.body !== FIXED) throw new Error(`expected ${FIXED}`);
}

async function endSession() {
  const how = await session?.end(TEARDOWN_MS);
  if (how !== 'code 130') throw new Error(`devenv ended with ${how}, expected code 130`);
}

async function expectNothingLeft() {
  const left = [...((await stage?.leftovers()) ?? [])];
  if (session?.running) left.push(`process ${session.pid}`);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  detail(
    `no container, no network, no process, ${options.kubernetes ? 'no Job, the Deployment as it was' : 'no agent'}`,
  );
}

async function cleanUp() {
  await browser?.close();
  await people.close();
  await editor?.detach();
  if (session?.running) {
    console.log(style.dim('\nending devenv'));
    console.log(style.dim(`devenv ended with ${await session.end(TEARDOWN_MS)}`));
  }
  if (copy) rmSync(copy, { recursive: true, force: true });
  const start = performance.now();
  try {
    await stage?.leave(options.keep);
  } catch (error) {
    story.failed('what was made is removed', error, performance.now() - start);
  }
}

function interrupt() {
  if (!signal.aborted) {
    console.log(style.yellow('\ninterrupted, cleaning up; once more to end at once'));
    interruption.abort();
    return;
  }
  session?.signal('SIGINT');
  console.log(
    style.red('\nended at once; `examples/oauth2-demo/pod.sh down` and `devenv down` remove what is left'),
  );
  process.exit(130);
}
