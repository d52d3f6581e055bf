import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { type Devenv, runDevenv, startDevenv } from '../e2e/world/devenv.ts';
import { freePort } from '../e2e/world/free-port.ts';
import { Inspector } from '../e2e/world/inspector.ts';
import { demoImage } from '../e2e/world/paths.ts';

/** Where the example's program finds a user. */
const LINE = 8;

/** Says its name to whoever asks, on a port of its network. */
const serving = (word: string, port: number) =>
  `node -e "require('http').createServer((_, answer) => answer.end('${word}')).listen(${port})"`;

/** Asks again and again until somebody answers. */
const TESTED = `{test: [CMD, node, -e, "fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))", URL], interval: 300ms, retries: 60, start_period: 20s, start_interval: 300ms}`;

const healthcheck = (url: string) => TESTED.replace('URL', `"${url}"`);

/** A program that waits for a container, another program, and a container that waits for the program. */
const file = ({ name, target }: ClusterPod, inspected: number) => `name: ${name}
connection: {platform: kubernetes}
services:
  store:
    image: ${demoImage}
    command: ${JSON.stringify(serving('store', 5432))}
    healthcheck: ${healthcheck('http://127.0.0.1:5432/')}
  app:
    process: node --watch server.mjs
    working_dir: ./app
    env_from: ${target}
    debug: {type: node, port: ${inspected}}
    extra_hosts: ["laptop:host-gateway"]
    depends_on: {store: {condition: service_healthy}}
    healthcheck: ${healthcheck('http://127.0.0.1:8155/')}
    bridges: [{target: ${target}, ports: [8155]}]
  mail:
    process: ${JSON.stringify(serving('mail', 8025))}
    env_from: ${target}
  front:
    image: ${demoImage}
    command: ${JSON.stringify(serving('front', 80))}
    extra_hosts: ["laptop:host-gateway"]
    depends_on: {app: {condition: service_healthy}}
`;

let scenario: Scenario<ClusterPod>;
let session: Devenv;
let inspected: number;
const answers = createServer((_, answer) => answer.end('this machine'));
let here: number;

beforeAll(async () => {
  scenario = await aClusterScenario();
  inspected = await freePort();
  answers.listen(0, '127.0.0.1');
  await once(answers, 'listening');
  const address = answers.address();
  here = typeof address === 'object' && address !== null ? address.port : 0;
  await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), file(scenario.pod, inspected));
  session = startDevenv(['up', '-y'], scenario.options());
  await session.waitForLine(/^ready/, 90_000);
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await scenario?.[Symbol.asyncDispose]();
  answers.close();
});

/** What a service of the file hears from addresses. */
async function heard(service: string, ...urls: readonly string[]): Promise<readonly string[]> {
  const script = `Promise.all(process.argv.slice(1).map((url) => fetch(url).then((answer) => answer.text(), (error) => String(error.cause ?? error)))).then((all) => console.log(JSON.stringify(all)))`;
  const { stdout, stderr } = await runDevenv(
    ['exec', service, 'node', '-e', script, ...urls],
    scenario.options(),
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

it('programs of this machine and containers call each other by their names', async () => {
  const app = '{"from":"local"}\n';
  const all = ['http://app:8155', 'http://mail:8025', 'http://front'];
  // Nobody waits for the last of them to listen.
  const soon = { timeout: 20_000 };
  const byApp = () => heard('app', ...all, 'http://store:5432', 'http://vault:9000/');
  await expect.poll(byApp, soon).toEqual([app, 'mail', 'front', 'store', '{}\n']);
  expect(await heard('store', ...all)).toEqual([app, 'mail', 'front']);
});

it('this machine is 127.0.0.1 of where devenv runs, from programs of it and from containers that name it', async () => {
  const names = ['host.docker.internal', 'host.containers.internal', 'laptop'];
  const [byApp, byFront, [byStore = '']] = await Promise.all([
    heard('app', ...names.map((name) => `http://${name}:${here}`)),
    heard('front', `http://laptop:${here}`),
    heard('store', `http://host.docker.internal:${here}`),
  ]);
  expect(byApp).toEqual(names.map(() => 'this machine'));
  expect(byFront).toEqual(['this machine']);
  expect(byStore).toMatch(/ENOTFOUND|EAI_AGAIN/);
});

it('a bridged request stops at a breakpoint, before and after the program was started anew by a save', async () => {
  await session.waitForLine(/^debugger\/app up: node on /, 20_000);
  const stops = async () => {
    using inspector = await Inspector.attach(inspected);
    await inspector.stopAt('/app/server.mjs', LINE);
    const answer = scenario.pod.askApp('/items/123', { timeoutMs: 30_000 });
    const stop = await inspector.nextPause();
    expect(await stop.evaluate('id')).toBe(123);
    await stop.goOn();
    expect(await answer).toMatchObject({ by: 'local' });
  };
  await stops();
  const saved = session.lines.length;
  await scenario.copy.edit('app/server.mjs', '// The vault', '// Saved.\n// The vault');
  await session.waitForLine(/listens on port 8155/, 20_000, saved);
  await stops();
});
