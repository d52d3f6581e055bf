import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { aClusterScenario } from '../e2e/scenario.ts';
import { runDevenv } from '../e2e/world/devenv.ts';
import { aWorkload, bridges } from './a-workload.ts';

const MIB = 2 ** 20;
const CALLERS = 150;

/** The most that the agent of a pod has had of anonymous memory, MiB: of processes that name the pod as their host. */
function agentMemory(pod: string): number {
  const all = readdirSync('/proc').flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/opt/devenv/agent.cjs')) return [];
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOSTNAME=${pod}\0`)) return [];
      return [Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024];
    } catch {
      return [];
    }
  });
  return Math.max(0, ...all);
}

/** Sends a body and waits for the answer. Returns its status; 0 where there is none. */
function upload(host: string, bytes: number): Promise<number> {
  return new Promise((done) => {
    const headers = { 'content-length': bytes };
    const sent = request({ host, port: 8155, method: 'POST', agent: false, headers }, (answer) => {
      answer.on('error', () => done(0)).on('end', () => done(answer.statusCode ?? 0));
      answer.resume();
    });
    sent.on('error', () => done(0));
    sent.end(Buffer.alloc(bytes));
  });
}

it('an agent beside an app that has little memory is told ahead, refused strictly, and keeps to what was told', async () => {
  await using scenario = await aClusterScenario();
  const { pod } = scenario;
  await aWorkload(pod, 'tight', {}, { resources: { limits: { memory: '128Mi' } } });
  await pod.kubectl('rollout', 'status', 'deployment/tight', '--timeout=60s');
  await bridges(scenario, 'tight');
  const plan = (...flags: readonly string[]) => runDevenv(['plan', ...flags], scenario.options());
  const told = /of pod tight-\S+ may have 128 MiB of memory together/;
  expect(await plan()).toMatchObject({ code: 0, stderr: expect.stringMatching(told) });
  const strict = await plan('--strict');
  expect([strict.code, strict.stderr]).toEqual([
    1,
    expect.stringMatching(/^error: the containers of pod tight/m),
  ]);
  await scenario.up();
  const { items } = JSON.parse(await pod.kubectl('get', 'pods', '--selector', 'app=tight', '-o', 'json'));
  const [{ metadata, status }] = items;
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, agentMemory(metadata.name));
  }, 100);
  await Promise.all(Array.from({ length: CALLERS }, () => upload(status.podIP, MIB)));
  clearInterval(looking);
  expect(most).toBeGreaterThan(5);
  expect(most).toBeLessThan(60);
  const [restarts] = JSON.parse(await pod.kubectl('get', 'pod', metadata.name, '-o', 'json')).status
    .containerStatuses;
  expect(restarts.restartCount).toBe(0);
}, 60_000);
