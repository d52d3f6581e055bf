import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import { ask } from '../e2e/world/ask.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { type Devenv, runDevenv } from '../e2e/world/devenv.ts';
import { type Numbered, NumberedLoad } from '../e2e/world/numbered-load.ts';
import { aWorkload, bridges } from './a-workload.ts';

/** Tells each request that it has executed, answers all that it has read before it ends. */
const program = (name: string) => `
import { createServer } from 'node:http';
const server = createServer((request, answer) => {
  request.resume().on('end', () => {
    console.log('did ' + request.url.slice(2));
    if (!server.listening) answer.setHeader('connection', 'close');
    answer.writeHead(200, { 'x-answered-by': '${name}' }).end();
  });
});
server.keepAliveTimeout = 65_000;
server.listen(8155, () => console.log('listens'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

describe('what callers of a Service get while a bridged service restarts', () => {
  let scenario: Scenario<ClusterPod>;
  let session: Devenv;
  let url: string;

  beforeAll(async () => {
    scenario = await aClusterScenario();
    const { pod, copy } = scenario;
    await aWorkload(
      pod,
      'shop',
      {},
      { command: ['node', '--input-type=module', '-e', program('original')], volumeMounts: [] },
    );
    await pod.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: pod.namespace },
      spec: { selector: { app: 'shop' }, ports: [{ port: 8155 }] },
    });
    await writeFile(join(copy.folder, 'app', 'program.mjs'), program('local'));
    await copy.edit(
      'gefyra.yaml',
      'node dev.mjs # restarts server.mjs on every save',
      'node --watch program.mjs',
    );
    await bridges(scenario, 'shop');
    await writeBridge('wait');
    url = `http://${await pod.kubectl('get', 'service', 'shop', '-o', 'jsonpath={.spec.clusterIP}')}:8155`;
    await vi.waitFor(() => ask(url), { timeout: 30_000, interval: 200 });
    session = await scenario.up();
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  async function writeBridge(fallback: string, match = ''): Promise<void> {
    const file = join(scenario.copy.folder, 'gefyra.yaml');
    const text = (await readFile(file, 'utf8')).replace(/\n +(fallback|match): .*/g, '');
    const more = [`fallback: ${fallback}`, match].map((line) => line && `\n$1${line}`).join('');
    await writeFile(file, text.replace(/^( +)ports: \[8155\].*$/m, `$&${more}`));
  }

  /** Makes the bridge so in the file, and waits until it is. */
  async function becomes(fallback: string, match = ''): Promise<void> {
    const from = session.lines.length;
    await writeBridge(fallback, match);
    await session.waitForLine(/^bridge\/app:8155 live/, 15_000, from);
  }

  /** The service is restarted in both ways while it is called. What came of the requests, and who has executed which. */
  async function restarted(name: string, headers: Readonly<Record<string, string>> = {}) {
    await using load = new NumberedLoad(name, url, headers);
    await load.answeredBy('local', 15_000);
    expect(await runDevenv(['restart', 'app'], scenario.options())).toMatchObject({ code: 0 });
    await load.answeredBy('local', 15_000);
    const started = session.lines.length;
    const file = join(scenario.copy.folder, 'app', 'program.mjs');
    await writeFile(file, `${await readFile(file, 'utf8')}\n`);
    await session.waitForLine(/listens/, 15_000, started);
    await load.answeredBy('local', 15_000);
    await load.stop();
    console.log(load.report());
    const did = new RegExp(`did (${name}-\\S+)`, 'g');
    const read = (text: string) => [...text.matchAll(did)].map(([, id]) => id);
    const local = load.done.filter(({ by }) => by === 'local').map(({ id }) => id);
    const here = () => read(session.text('stderr') + session.text('stdout'));
    // What a program says comes a moment after its answer.
    await vi.waitFor(() => expect(here()).toEqual(expect.arrayContaining(local)));
    return {
      requests: load.done,
      here: here().sort(),
      there: read(await scenario.pod.kubectl('logs', 'deployment/shop', '-c', 'app')),
    };
  }

  const others = (requests: readonly Numbered[], ...who: readonly string[]) =>
    requests.filter(({ by }) => !who.includes(by));
  const namesOf = (requests: readonly Numbered[], by: string) =>
    requests
      .filter((request) => request.by === by)
      .map(({ id }) => id)
      .sort();

  it('`wait`: an answer of the service, which has executed each request once, and the original none', async () => {
    const { requests, here, there } = await restarted('wait');
    expect(others(requests, 'local')).toEqual([]);
    expect(here).toEqual(namesOf(requests, 'local'));
    expect(there).toEqual([]);
  });

  it('`wait` with `match`: the same, of what it takes', async () => {
    await becomes('{wait: 20s}', 'match: {headers: {x-user: ann}}');
    const { requests, here, there } = await restarted('match', { 'x-user': 'ann' });
    expect(others(requests, 'local')).toEqual([]);
    expect(here).toEqual(namesOf(requests, 'local'));
    expect(there).toEqual([]);
  });

  it('`fail`: a refusal that says why, at once', async () => {
    await becomes('fail');
    const { requests, here, there } = await restarted('fail');
    const refused = others(requests, 'local');
    expect(others(refused, '503')).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter(({ ms }) => ms > 1000)).toEqual([]);
    expect(here).toEqual(namesOf(requests, 'local'));
    expect(there).toEqual([]);
  });

  it('`original`, the default: an answer of either, and none on a connection of its own is lost', async () => {
    await becomes('original');
    const { requests, here, there } = await restarted('original');
    // Of a connection that nobody reads the next request may come in the moment in which it is closed: idle, before a planned
    // restart, or by the program itself. Then nobody has executed it.
    const lost = others(requests, 'local', 'original');
    expect(lost.filter(({ way }) => way !== 'kept')).toEqual([]);
    expect(lost.length).toBeLessThanOrEqual(3);
    expect(here).toEqual(namesOf(requests, 'local'));
    expect(there.sort()).toEqual(namesOf(requests, 'original'));
    expect(there.length).toBeGreaterThan(0);
  });
});
