import { chownSync, existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aClusterScenario } from '../e2e/scenario.ts';
import { ask } from '../e2e/world/ask.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv, startDevenv } from '../e2e/world/devenv.ts';
import { guardiansOf } from '../e2e/world/leftovers.ts';

/** Somebody without any right, group or home, who cannot reach the container engine. */
const USER = { uid: 12_345, gid: 12_345 };

/** What the kubelet puts into every pod, and no machine has. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A port of this machine for each scenario. */
let port = 20_000 + (process.pid % 10_000);

const file = ({ name, target }: ClusterPod, published: number) => `name: ${name}
connection: {platform: kubernetes}
services:
  app:
    process: test -t 0 && test -t 1 && exec node server.mjs
    working_dir: ./app
    env_from: ${target}
    tty: true
    volumes:
      - {type: workload, source: ${ACCOUNT}, target: ${ACCOUNT}}
      - {type: workload, source: /pod, target: /devenv-pod}
      - {type: workload, source: /pod/vault.mjs, target: /etc/devenv-vault.mjs}
      - {type: bind, source: ., target: /srv/devenv, read_only: true}
    ports: ["${published}:8155"]
    bridges: [{target: ${target}, ports: [8155]}]
`;

/** A scenario whose folders belong to a user of the machine, with what runs devenv as that one. */
async function aScenarioAs(user: typeof USER | undefined) {
  const scenario = await aClusterScenario();
  const { pod, copy, machine } = scenario;
  port += 1;
  const options = scenario.options();
  const kubeconfig = join(copy.folder, 'kubeconfig');
  await copyFile(options.env['KUBECONFIG'] ?? '', kubeconfig);
  await writeFile(join(copy.folder, 'gefyra.yaml'), file(pod, port));
  if (user !== undefined)
    for (const path of [machine.folder, copy.folder, kubeconfig]) chownSync(path, user.uid, user.gid);
  const env = {
    ...options.env,
    KUBECONFIG: kubeconfig,
    ...(user && { HOME: copy.folder, DOCKER_HOST: 'unix:///nowhere' }),
  };
  return { scenario, port, options: { ...options, env, ...(user && { user }) } };
}

/** Processes of the machine that see mounts of this path. */
async function mountsOf(path: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const seen = pids.map(async (pid) => await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => ''));
  return (await Promise.all(seen)).filter((mounts) => mounts.includes(path));
}

/** Processes of the machine whose words have this in them. */
async function processesWith(mark: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(
    pids.map(async (pid) =>
      (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
    ),
  );
  return lines.filter((line) => line.includes(mark));
}

describe.each([
  ['an ordinary user, without a container engine', USER],
  ['root', undefined],
] as const)('a program of this machine, run by %s', (_, user) => {
  let place: Awaited<ReturnType<typeof aScenarioAs>>;
  let session: ReturnType<typeof startDevenv>;
  const pod = () => place.scenario.pod;
  const run = (...words: readonly string[]) => runDevenv(words, place.options);

  beforeAll(async () => {
    place = await aScenarioAs(user);
    session = startDevenv(['up', '-y'], place.options);
    await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await place?.scenario[Symbol.asyncDispose]();
  });

  it('gets the workload’s traffic, resolves its names, and is reached on this machine', async () => {
    expect(await pod().askApp('/')).toMatchObject({ status: 200, by: 'local' });
    const here = await ask(`http://127.0.0.1:${place.port}/items/1`);
    expect(here.body).toMatch(/the vault has no user 1|item_id/);
    const { stdout } = await run('ps');
    expect(stdout).toMatch(new RegExp(`service/app +running.*127.0.0.1:${place.port}->8155/tcp`));
  });

  it('runs more in its network, as the same user, without a way around the gateway', async () => {
    const { stdout } = await run(
      'exec',
      'app',
      'sh',
      '-c',
      'id -u; PATH=$PATH:/usr/sbin nft list tables 2>&1 | head -1',
    );
    expect(stdout).toMatch(user === undefined ? /^0\n/ : /^12345\n/);
    expect(stdout).toContain('not permitted');
    const { stdout: logs } = await run('logs', 'app');
    expect(logs).toContain('local app listens on port 8155');
  });

  it('runs a command as a service beside it, and as the workload without any file, each with its exit code', async () => {
    const words = [
      'sh',
      '-c',
      'id -u; curl -s -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:8155/; exit 3',
    ];
    const beside = await run('run', 'app', '--', ...words);
    expect(beside).toMatchObject({ code: 3, stdout: `${user?.uid ?? 0}\n200\n` });
    const like = ['run', '-y', '-n', pod().namespace, '--like', 'deployment/sidecar-demo/app', '--'];
    const alone = await run(...like, 'sh', '-c', 'getent hosts vault | wc -l; exit 4');
    expect(alone, alone.stderr).toMatchObject({ code: 4, stdout: '1\n' });
  });

  it('has the pod’s files at their paths, those of this machine elsewhere, and a terminal', async () => {
    const look = `head -c3 ${ACCOUNT}/token; echo; cat ${ACCOUNT}/namespace; echo
      cmp /devenv-pod/vault.mjs /etc/devenv-vault.mjs && touch /devenv-pod/x /srv/devenv/x 2>&1 | grep -c Read-only
      ls /srv/devenv/app/server.mjs; head -c4 /etc/passwd`;
    const { stdout } = await run('exec', '-T', 'app', 'sh', '-c', look);
    expect(stdout.trim().split('\n')).toEqual([
      ...['eyJ', pod().namespace, '2', '/srv/devenv/app/server.mjs', 'root'],
    ]);
    expect(existsSync(ACCOUNT) || existsSync('/devenv-pod')).toBe(false);
    const beside = await run(
      'run',
      '-T',
      'app',
      '--',
      'cat',
      `${ACCOUNT}/namespace`,
      '/etc/devenv-vault.mjs',
    );
    expect(beside.stdout, beside.stderr).toMatch(new RegExp(`^${pod().namespace}`));
    expect(await mountsOf(place.scenario.machine.folder)).not.toEqual([]);
  });

  it('has them as they are now, also one that came alone', async () => {
    const changed = { data: { 'vault.mjs': '// changed' } };
    await pod().kubectl('patch', 'configmap', 'sidecar-demo-programs', '--patch', JSON.stringify(changed));
    await session.waitForLine(/\/etc\/devenv-vault.mjs follows a change of \/pod\/vault.mjs/, 20_000);
    const { stdout } = await run('exec', '-T', 'app', 'cat', '/etc/devenv-vault.mjs');
    expect(stdout.trim()).toBe('// changed');
  });

  it('leaves nothing when its session and the guardian are killed, whatever it began in the background', async () => {
    const mark = `7${Math.floor(Math.random() * 1e8)}`;
    await run('exec', 'app', 'sh', '-c', `setsid sleep ${mark} >/dev/null 2>&1 &`);
    expect(await processesWith(`sleep ${mark}`)).toHaveLength(1);
    // The guardian first: it would clean up after the session.
    for (const pid of await guardiansOf(place.scenario.machine)) process.kill(pid, 'SIGKILL');
    session.signal('SIGKILL');
    await session.exit;
    for (const what of [`sleep ${mark}`, place.scenario.machine.folder])
      await vi.waitFor(async () => expect(await processesWith(what)).toEqual([]), 5000);
    expect(await mountsOf(place.scenario.machine.folder)).toEqual([]);
    expect(existsSync(ACCOUNT) || existsSync('/devenv-pod') || existsSync('/srv/devenv')).toBe(false);
    await vi.waitFor(async () => expect(await pod().askApp('/')).toMatchObject({ by: 'original' }), 10_000);
    const down = await run('down');
    expect(down.code).toBe(0);
    expect(await readdir(join(place.scenario.machine.folder, 'gefyra-devenv', 'u'))).toEqual([]);
  });
});
