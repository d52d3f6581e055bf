import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { dockerLines } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';

const unitsLike = (name: string) =>
  dockerLines('ps', '--all', '--filter', `name=${name}`, '--format', '{{.Names}}');

const networksLike = (name: string) =>
  dockerLines('network', 'ls', '--filter', `name=${name}`, '--format', '{{.Name}}');

/** Asks the workload's only other container, by its name. */
const ASK = `fetch('http://vault:9000/who').then((it) => it.json()).then((it) => console.log(process.env.WHO, !!it.caller))`;

describe('devenv run', () => {
  let scenario: Scenario;
  let ofRuns: string;

  beforeAll(async () => {
    scenario = await aScenario();
    ofRuns = `gefyra-${scenario.copy.project}-run-`;
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  const run = (...words: readonly string[]) => runDevenv(['run', ...words], scenario.options());
  const isGone = () =>
    vi.waitFor(
      async () => expect([...(await unitsLike(ofRuns)), ...(await networksLike(ofRuns))]).toEqual([]),
      20_000,
    );

  it('runs a command as a service, in the workload’s network, without its traffic, and leaves nothing', async () => {
    const runs = await Promise.all([
      run('app', '-e', 'WHO=me', '--', 'node', '-e', ASK),
      run('app', 'sh', '-c', 'echo words of its own >&2; pwd; exit 9'),
      run('--', 'no-such-program'),
    ]);
    expect(runs[0]).toMatchObject({ code: 0, stdout: 'me true\n', stderr: '' });
    expect(runs[1]).toMatchObject({ code: 9, stdout: '/app\n', stderr: 'words of its own\n' });
    expect(runs[2]).toMatchObject({ code: 127, stdout: '' });
    expect(runs[2]?.stderr).toContain('no-such-program could not be run');
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
    await isGone();
  });

  it('runs a program of this machine as a workload, without any file', async () => {
    const { pod } = scenario;
    const words = ['--like', pod.target, '--', 'node', '-e', ASK];
    expect(await run('-e', 'WHO=like', ...words)).toMatchObject({ code: 0, stdout: 'like true\n' });
    const refused = await run('--like', pod.target);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('there is no command');
  });

  it('has the traffic where it asks for that, is told of signals, and gives back', async () => {
    const { pod } = scenario;
    await using served = startDevenv(['run', '--bridge', 'app'], scenario.options());
    await vi.waitFor(async () => expect(await pod.ask('/')).toMatchObject({ by: 'local' }), 60_000);
    served.signal('SIGTERM');
    await served.exit;
    expect(await pod.ask('/')).toMatchObject({ by: 'original' });
    await isGone();
  });

  it('leaves nothing when it is killed', async () => {
    await using killed = startDevenv(
      ['run', 'app', '--', 'sh', '-c', 'echo up; sleep 600'],
      scenario.options(),
    );
    await killed.waitForLine(/^up$/, 60_000);
    expect(await unitsLike(ofRuns)).not.toEqual([]);
    killed.signal('SIGKILL');
    await isGone();
    const { pod, copy, machine } = scenario;
    await vi.waitFor(
      async () => expect(await findLeftovers({ project: copy.project, pod, machine })).toEqual([]),
      30_000,
    );
  });

  describe('beside a session that runs', () => {
    const units = () => unitsLike(`gefyra-${scenario.copy.project}.app.run-`);

    beforeAll(() => scenario.up());

    it('is in the network of the service, many at once, each with its exit code', async () => {
      const ask = (code: number) =>
        `fetch('http://127.0.0.1:8155/').then((it) => { console.log(it.status); process.exitCode = ${code} })`;
      const runs = await Promise.all([0, 3].map((code) => run('app', '--', 'node', '-e', ask(code))));
      expect(runs).toMatchObject([
        { code: 0, stdout: '200\n' },
        { code: 3, stdout: '200\n' },
      ]);
      expect(await units()).toEqual([]);
    });

    it('ends with whoever runs it, killed or not, and the service goes on', async () => {
      await using killed = startDevenv(
        ['run', 'app', '--', 'sh', '-c', 'echo up; sleep 600'],
        scenario.options(),
      );
      await killed.waitForLine(/^up$/, 60_000);
      killed.signal('SIGKILL');
      await vi.waitFor(async () => expect(await units()).toEqual([]), 10_000);
      const ended = startDevenv(
        [
          'run',
          'app',
          '--',
          'sh',
          '-c',
          'trap "echo bye; exit 6" TERM; echo up; while :; do sleep 0.1; done',
        ],
        scenario.options(),
      );
      await ended.waitForLine(/^up$/, 60_000);
      ended.signal('SIGTERM');
      expect(await ended.exit).toMatchObject({ code: 6 });
      expect(ended.text('stdout')).toBe('up\nbye\n');
      expect(await scenario.pod.ask('/')).toMatchObject({ by: 'local' });
    });

    it('leaves its bridges to the session', async () => {
      const refused = await run('--bridge', 'app', '--', 'true');
      expect(refused).toMatchObject({ code: 5 });
      expect(refused.stderr).toContain('has the bridges of app already');
    });

    it('ends when the session is ended', async () => {
      await using running = startDevenv(
        ['run', 'app', '--', 'sh', '-c', 'echo up; sleep 600'],
        scenario.options(),
      );
      await running.waitForLine(/^up$/, 60_000);
      expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
      expect(await running.exit).toMatchObject({ code: 137 });
      expect(await units()).toEqual([]);
    });
  });
});
