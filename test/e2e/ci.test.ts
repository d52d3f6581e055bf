import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { aScenario, type Scenario } from './scenario.ts';
import { findLeftovers } from './world/leftovers.ts';
import { root } from './world/paths.ts';
import { startProbe } from './world/probe.ts';

// docs/ci.md: the shell steps of both recipes, run as their runners would run them. Only the kubeconfig is left out.

const page = await readFile(join(root, 'docs', 'ci.md'), 'utf8');
const recipe = (file: string) =>
  parse(page.split(`\`\`\`yaml ${file}\n`)[1]?.split('```')[0] ?? '') as Recipes;

/** What is used here of the recipes. */
interface Recipes {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  readonly bridge: Readonly<Record<'before_script' | 'script' | 'after_script', readonly string[]>>;
}

interface Step {
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one shell with lines in it; resolves to its exit code. All it says is added to `said`. */
type Shell = (lines: string, env?: Readonly<Record<string, string>>) => Promise<number>;

/** A job: whether it has failed. */
type Job = (shell: Shell, temporary: string) => Promise<boolean>;

const github: Job = async (shell, temporary) => {
  const variables = join(temporary, 'variables');
  await writeFile(variables, '');
  let failed = false;
  for (const step of recipe('.github/workflows/bridge.yml').jobs['bridge']?.steps ?? []) {
    const isDue = step.if === 'always()' || (step.if === 'failure()') === failed;
    if (step.run === undefined || !isDue || JSON.stringify(step.env ?? {}).includes('secrets.')) continue;
    if ((await shell(`set -e\n${step.run}`, { GITHUB_ENV: variables, RUNNER_TEMP: temporary })) !== 0)
      failed = true;
  }
  return failed;
};

const gitlab: Job = async (shell) => {
  const { before_script, script, after_script } = recipe('.gitlab-ci.yml').bridge;
  const code = await shell(`set -eo pipefail\n${[...before_script, ...script].join('\n')}`);
  const CI_JOB_STATUS = code === 0 ? 'success' : 'failed';
  await shell(`set -eo pipefail\n${after_script.join('\n')}`, { CI_JOB_STATUS });
  return code !== 0;
};

/** Asks the workload's neighbour by its name, and fails when it is told to. */
const TESTS = `
const { caller } = await (await fetch('http://vault:9000/who')).json();
console.log('the vault has seen', caller);
await new Promise((resolve) => setTimeout(resolve, 300));
process.exitCode = Number(process.env.FAILS);
`;

let scenario: Scenario;
let folder: string;

// A checkout with the tests and the package.
beforeAll(async () => {
  scenario = await aScenario();
  folder = await mkdtemp(join(tmpdir(), 'e2e-ci-'));
  const checkout = scenario.copy.folder;
  const tools = join(checkout, 'tools');
  await mkdir(tools);
  await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', tools], {
    cwd: root,
  });
  await writeFile(join(checkout, 'tests.mjs'), TESTS);
  const manifest = { private: true, scripts: { test: 'node tests.mjs' } };
  await writeFile(join(checkout, 'package.json'), JSON.stringify(manifest));
});
afterAll(async () => {
  await scenario[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What a runner gives a job. */
async function aRunner({ copy, pod, machine }: Scenario, fails: string) {
  const temporary = await mkdtemp(join(folder, 'runner-'));
  const prefix = join(temporary, 'global');
  const env = {
    ...process.env,
    ...machine.env,
    ...pod.env,
    NO_COLOR: '1',
    CI: 'true',
    CI_PROJECT_DIR: copy.folder,
    npm_config_prefix: prefix,
    PATH: [join(prefix, 'bin'), process.env['PATH']].join(delimiter),
    FAILS: fails,
  };
  const said: string[] = [];
  const shell: Shell = (lines, more = {}) =>
    new Promise((resolve) => {
      const script = lines.replaceAll('deployment/shop/app', pod.target);
      execFile(
        'bash',
        ['-c', script],
        { cwd: copy.folder, env: { ...env, ...more } },
        (error, stdout, stderr) => {
          said.push(stdout, stderr);
          resolve(typeof error?.code === 'number' ? error.code : error === null ? 0 : 1);
        },
      );
    });
  return { shell, temporary, said: () => said.join('') };
}

it.each<[string, Job, string]>([
  ['for GitHub Actions, with a failing test,', github, '1'],
  ['for GitLab CI, with a failing test,', gitlab, '1'],
  ['for GitLab CI', gitlab, '0'],
])(
  'the recipe %s ends as its tests do, tells what services said if they fail, and gives all back',
  async (_, job, fails) => {
    const { pod, copy, machine } = scenario;
    const isFailed = fails === '1';
    const runner = await aRunner(scenario, fails);
    await using probe = startProbe(pod.appUrl, { connections: 'new', path: '/' });
    expect(await job(runner.shell, runner.temporary), runner.said()).toBe(isFailed);
    // Tests are in the network of the workload.
    expect(runner.said()).toMatch(new RegExp(`^the vault has seen \\S*${(await pod.addresses()).pod}$`, 'm'));
    const evidence = /^app \| local app listens on port 8155$/m;
    if (isFailed) expect(runner.said()).toMatch(evidence);
    else expect(runner.said()).not.toMatch(evidence);
    await probe.answeredBy('original', 5000);
    await probe.stop();
    expect(probe.transitions.map(({ to }) => to)).toEqual(['local', 'original']);
    const leftovers = () => findLeftovers({ project: copy.project, pod, machine });
    await vi.waitFor(async () => expect(await leftovers()).toEqual([]), 10_000);
  },
);
