// All checks and tests in order, with one sum at the end: `npm test`. Goes on after a failure, so that one run tells all.
// usage: node scripts/test.mjs [--only STAGE,STAGE…]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { ensureEngine, ensureTools } from './engine.mjs';
import { seconds, style } from './terminal.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Of a failed test's message and stack, in the summary. */
const EVIDENCE_LINES = 40;

/**
 * @typedef {object} Stage
 * @property {string} name as `--only` takes it
 * @property {readonly string[]} command
 * @property {boolean} [tests] a Vitest project: its tests are counted one by one. Otherwise the stage counts as one.
 * @property {boolean} [needsBuild] does not run after a failed build, and counts as failed then
 * @property {boolean} [needsEngine]
 * @property {boolean} [onRequest] runs only when `--only` names it
 */

/** @type {readonly Stage[]} */
const STAGES = [
  { name: 'lint', command: ['biome', 'check'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'build', command: ['npm', 'run', 'build'] },
  { name: 'knip', command: ['knip'] },
  { name: 'publint', command: ['publint'], needsBuild: true },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit', '--sequence.shuffle'], tests: true },
  { name: 'contract', command: ['vitest', 'run', '--project', 'contract'], tests: true, needsEngine: true },
  {
    name: 'e2e',
    command: ['vitest', 'run', '--project', 'e2e'],
    tests: true,
    needsBuild: true,
    needsEngine: true,
  },
  {
    name: 'kubernetes',
    command: ['vitest', 'run', '--project', 'kubernetes'],
    tests: true,
    needsBuild: true,
    needsEngine: true,
    onRequest: true,
  },
];

/**
 * What came of a stage.
 * @typedef {object} Outcome
 * @property {Stage} stage
 * @property {number} passed
 * @property {readonly string[]} failed names, each followed by what the test said of it
 * @property {readonly string[]} skipped names
 * @property {number} ms
 */

const stages = chosenStages();
if (stages.some((stage) => stage.needsEngine) && !(await engineAnswers())) {
  finish(0, 1, 0);
} else {
  summarize(await runAll(stages));
}

function chosenStages() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return STAGES.filter(({ onRequest }) => onRequest !== true);
  const wanted = values.only.split(',');
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(
      `no stage named ${unknown.join(', ')}; there are ${STAGES.map(({ name }) => name).join(', ')}`,
    );
    process.exit(2);
  }
  return STAGES.filter((stage) => wanted.includes(stage.name));
}

async function engineAnswers() {
  try {
    await ensureEngine({ report: (line) => console.log(style.dim(line)) });
    await ensureTools({ report: (line) => console.log(style.dim(line)) });
    return true;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n`);
    console.error(
      'contract and e2e tests need a container engine; `npm run test:unit` runs those that need none',
    );
    return false;
  }
}

/** @param {readonly Stage[]} list */
async function runAll(list) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const stage of list) {
    console.log(`\n${style.bold(style.cyan(`━━ ${stage.name} ${'━'.repeat(70 - stage.name.length)}`))}`);
    const buildFailed = outcomes.some(
      (outcome) => outcome.stage.name === 'build' && outcome.failed.length > 0,
    );
    if (stage.needsBuild && buildFailed) {
      console.log('not run: the build failed');
      outcomes.push({ stage, passed: 0, failed: ['not run, since the build failed'], skipped: [], ms: 0 });
      continue;
    }
    const outcome = await (stage.tests ? runTests(stage) : runCheck(stage));
    console.log(style.dim(`${stage.name} took ${seconds(outcome.ms)}`));
    outcomes.push(outcome);
  }
  return outcomes;
}

/**
 * @param {Stage} stage
 * @returns {Promise<Outcome>}
 */
async function runCheck(stage) {
  const { code, ms } = await run(stage.command);
  const failed = code === 0 ? [] : [`\`${stage.command.join(' ')}\` ended with code ${code}`];
  return { stage, passed: failed.length === 0 ? 1 : 0, failed, skipped: [], ms };
}

/**
 * @param {Stage} stage
 * @returns {Promise<Outcome>}
 */
async function runTests(stage) {
  const folder = mkdtempSync(join(tmpdir(), 'gefyra-devenv-test-'));
  const file = join(folder, 'results.json');
  try {
    const { code, ms } = await run([
      ...stage.command,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const { passed, failed, skipped } = readResults(file);
    // Errors outside of any test (an unhandled rejection, no test files) show in the exit code alone.
    if (code !== 0 && failed.length === 0) failed.push(`vitest ended with code ${code}`);
    return { stage, passed, failed, skipped, ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file where Vitest's JSON reporter wrote */
function readResults(file) {
  /** @type {{ passed: number, failed: string[], skipped: string[] }} */
  const results = { passed: 0, failed: [], skipped: [] };
  for (const { name, status, assertionResults } of readJson(file)?.testResults ?? []) {
    const path = relative(ROOT, name);
    const failedBefore = results.failed.length;
    for (const test of assertionResults) {
      if (test.status === 'passed') results.passed += 1;
      else if (test.status === 'failed') results.failed.push(`${path}: ${test.fullName}${evidence(test)}`);
      else results.skipped.push(`${path}: ${test.fullName}`);
    }
    if (status === 'failed' && results.failed.length === failedBefore) results.failed.push(path);
  }
  return results;
}

/**
 * The summary is all that is left of a long log where only its end is kept: it says why, not only which.
 * @param {{ failureMessages?: readonly string[] }} test
 */
function evidence({ failureMessages = [] }) {
  const lines = failureMessages
    // Vitest's own words for a test that ran into its time limit are in the log alone.
    .map((message) => message.replace('Error: STACK_TRACE_ERROR', 'it took longer than a test may'))
    .flatMap((message) => stripVTControlCharacters(message).split('\n'))
    .filter((line) => !line.includes('/node_modules/'));
  return lines
    .slice(0, EVIDENCE_LINES)
    .map((line) => `\n        ${line}`)
    .join('');
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly string[]} command
 * @returns {Promise<{ code: number | string, ms: number }>} code is a signal's name or an error's message where there is none
 */
function run([program = '', ...words]) {
  const start = performance.now();
  const PATH = `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`;
  return new Promise((resolve) => {
    /** @param {number | string} code */
    const done = (code) => resolve({ code, ms: performance.now() - start });
    const child = spawn(program, words, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PATH } });
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(code ?? signal ?? 1));
  });
}

/** @param {readonly Outcome[]} outcomes */
function summarize(outcomes) {
  console.log(`\n${style.bold('summary')}`);
  for (const { stage, passed, failed, skipped, ms } of outcomes) {
    const mark = failed.length === 0 ? style.green('✓') : style.red('✗');
    const counts = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
    console.log(`  ${mark} ${stage.name.padEnd(9)} ${seconds(ms).padStart(8)}   ${counts}`);
    for (const name of failed) console.log(style.red(`      failed: ${name}`));
    for (const name of skipped) console.log(style.yellow(`      skipped: ${name}`));
  }
  /** @param {(outcome: Outcome) => number} count */
  const sum = (count) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  finish(
    sum(({ passed }) => passed),
    sum(({ failed }) => failed.length),
    sum(({ skipped }) => skipped.length),
  );
}

/**
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 */
function finish(passed, failed, skipped) {
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
