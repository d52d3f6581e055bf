import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aScenarioAnywhere, type Scenario } from './scenario.ts';
import { type Devenv, Machine, runDevenv, startDevenv } from './world/devenv.ts';
import { demoImage } from './world/paths.ts';
import { startInTerminal } from './world/terminal.ts';

/** How soon requests go elsewhere after whatever happened. */
const SOON_MS = 10_000;

/** A user with a machine and a file of their own, whose service answers with their name. */
class User implements AsyncDisposable {
  readonly name: string;
  readonly project: string;
  readonly #folder: string;
  readonly #machine = new Machine();
  readonly #scenario: Scenario;
  readonly #sessions: Devenv[] = [];

  private constructor(name: string, folder: string, scenario: Scenario) {
    this.name = name;
    this.project = `${scenario.pod.name}-${name}`;
    this.#folder = folder;
    this.#scenario = scenario;
  }

  /** `bridge`: further keys of their bridge, e.g. `match: …`. */
  static async of(scenario: Scenario, name: string, bridge: string): Promise<User> {
    const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
    const user = new User(name, folder, scenario);
    const program = `require('http').createServer((q, s) => s.setHeader('x-answered-by', '${name}').end(JSON.stringify(q.headers))).listen(8155)`;
    await writeFile(
      join(folder, 'gefyra.yaml'),
      `name: ${user.project}
services:
  app:
    image: ${demoImage}
    command: ["node", "-e", ${JSON.stringify(program)}]
    bridges: [{target: ${scenario.pod.target}, ports: [8155], ${bridge}}]
`,
    );
    return user;
  }

  get options() {
    return { ...this.#scenario.options(), cwd: this.#folder, machine: this.#machine };
  }

  /** Starts `devenv up` and waits until the bridge is live. */
  async up(...flags: readonly string[]): Promise<Devenv> {
    const session = startDevenv(['up', ...flags], this.options);
    this.#sessions.push(session);
    await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) await session[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true });
    this.#machine[Symbol.dispose]();
  }
}

/** Who answers requests through the sidecar with these headers. */
async function answers(
  { pod }: Scenario,
  headers: Readonly<Record<string, string>>,
  agent?: Agent,
): Promise<string | undefined> {
  const { by } = await pod.ask('/', { headers, ...(agent && { agent }) });
  return by;
}

const ofUser = (name: string) => `match: {headers: {x-user: ${name}}}`;
const ann = { 'x-user': 'ann' };
const bob = { 'x-user': 'bob' };

describe('a port of several users', () => {
  it('gives each their requests, over the same kept connection too, and the rest to the original', async () => {
    await using scenario = await aScenarioAnywhere();
    await using first = await User.of(scenario, 'ann', ofUser('ann'));
    await using second = await User.of(scenario, 'bob', ofUser('bob'));
    const [session] = await Promise.all([first.up(), second.up()]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const seen = async () => {
      const all = [];
      for (const headers of [{}, ann, bob, ann]) all.push(await answers(scenario, headers, agent));
      return all.join(' ');
    };
    expect(await seen()).toBe('original ann bob ann');
    await using whole = await scenario.up();
    expect(await seen()).toBe('local ann bob ann');
    const ps = await runDevenv(['ps'], first.options);
    expect(ps.stdout).toMatch(/bridge\/app:8155 +live +requests with x-user: ann, of \S+ port 8155/);
    expect(session.transcript).toMatch(/all other requests of \S+ go to /);
    expect(whole.transcript).toMatch(/requests with x-user: bob of \S+ go to /);
    expect(await runDevenv(['down'], second.options)).toMatchObject({ code: 0 });
    expect(await seen()).toBe('local ann local ann');
    session.signal('SIGKILL');
    await expect.poll(seen, { timeout: SOON_MS }).toBe('local local local local');
    whole.signal('SIGINT');
    await whole.exit;
    await expect.poll(seen, { timeout: SOON_MS }).toBe('original original original original');
    agent.destroy();
  });

  it('is refused to whoever asks for the same requests, and the plan says so', async () => {
    await using scenario = await aScenarioAnywhere();
    await using first = await User.of(scenario, 'ann', ofUser('ann'));
    await using second = await User.of(scenario, 'bob', `match: {headers: {x-user: ann}, path: /items}`);
    await using third = await User.of(scenario, 'cleo', ofUser('ann'));
    await Promise.all([first.up(), second.up()]);
    for (const command of ['plan', 'up']) {
      const { code, stderr } = await runDevenv([command], third.options);
      expect(stderr).toMatch(
        /port 8155 of \S+: requests with x-user: ann are held by \S+ \(project \S+-ann, since /,
      );
      expect(code).toBe(5);
    }
    expect(await answers(scenario, ann)).toBe('ann');
  });
});

describe('requests that somebody else has', () => {
  it('are taken over when their user agrees at the terminal, who gets them back by asking', async () => {
    await using scenario = await aScenarioAnywhere();
    await using first = await User.of(scenario, 'ann', ofUser('ann'));
    await using second = await User.of(scenario, 'bob', ofUser('ann'));
    await using up = startInTerminal(['up'], first.options);
    await up.screen.waitForLine(/● app:8155 live/, 60_000);
    expect(await answers(scenario, ann)).toBe('ann');

    let before = up.screen.lines.length;
    const refused = runDevenv(['up', '--takeover'], second.options);
    await up.screen.waitForLine(/y let go +n keep it/, 20_000, before);
    up.press('n');
    const { code, stderr } = await refused;
    expect(stderr).toMatch(/\(project \S+-ann, since \S+\); in use: a request \d+ s ago; its user keeps it/);
    expect(code).toBe(5);

    before = up.screen.lines.length;
    const taking = second.up('--takeover');
    await up.screen.waitForLine(/y let go +n keep it/, 20_000, before);
    up.press('y');
    const session = await taking;
    expect(session.transcript).toMatch(/\(project \S+-ann\) is asked in their terminal/);
    expect(await answers(scenario, ann)).toBe('bob');
    await up.screen.waitForLine(/app:8155 lost: taken over by/, 5000, before);
    const seen = async () => (await runDevenv(['ps'], first.options)).stdout;
    expect(await seen()).toMatch(/bridge\/app:8155 +lost .*\(taken over by \S+ \(project \S+-bob\)\)/);
    up.press('d');
    await up.screen.waitForLine(/up in the background/, 30_000);
    expect(await seen()).toMatch(/bridge\/app:8155 +lost .*\(taken over by \S+ \(project \S+-bob\)\)/);

    expect(await runDevenv(['down'], second.options)).toMatchObject({ code: 0 });
    expect(await answers(scenario, ann)).toBe('original');
    expect(await runDevenv(['up', '-d', '--wait'], first.options)).toMatchObject({ code: 0 });
    expect(await answers(scenario, ann)).toBe('ann');
    expect(await runDevenv(['down'], first.options)).toMatchObject({ code: 0 });
  });

  it('stay where they are in use and nobody is at a terminal', async () => {
    await using scenario = await aScenarioAnywhere();
    await using first = await User.of(scenario, 'ann', ofUser('ann'));
    await using second = await User.of(scenario, 'bob', ofUser('ann'));
    await first.up();
    const { code, stderr } = await runDevenv(['up', '-d', '--takeover'], second.options);
    expect(stderr).toMatch(/in use: (it was bridged|a file was saved) \d+ s ago/);
    expect(code).toBe(5);
    expect(await answers(scenario, ann)).toBe('ann');
    const plan = await runDevenv(['plan'], second.options);
    expect(plan.stderr).toMatch(/the last request came \d+ s ago[\s\S]*devenv up --takeover/);
  });
});

describe('requests marked as mine', () => {
  it('come by a link in a browser, by a header and by baggage, and the mark is passed along', async () => {
    await using scenario = await aScenarioAnywhere();
    await using user = await User.of(scenario, 'ann', 'match: mine');
    const session = await user.up('--as', 'ann');
    expect(session.transcript).toMatch(/open a page once with \?gefyra-devenv=ann/);
    const enrolled = await scenario.pod.ask('/?a=1&gefyra-devenv=ann');
    expect(enrolled).toMatchObject({ status: 303, location: '/?a=1' });
    const [cookie = ''] = (enrolled.cookies[0] ?? '').split(';');
    for (const headers of [{ cookie }, { 'x-gefyra-devenv': 'ann' }, { baggage: 'a=1,gefyra-devenv=ann' }])
      expect(await answers(scenario, headers)).toBe('ann');
    const { body } = await scenario.pod.ask('/', { headers: { cookie } });
    expect(JSON.parse(body)).toMatchObject({ baggage: 'gefyra-devenv=ann' });
    for (const headers of [{}, { 'x-gefyra-devenv': 'bob' }, { cookie: 'gefyra-devenv=bob' }])
      expect(await answers(scenario, headers)).toBe('original');
  });
});

describe('an agent that is killed', () => {
  it('comes again with all claims', async () => {
    await using scenario = await aScenarioAnywhere();
    await using first = await User.of(scenario, 'ann', ofUser('ann'));
    await using second = await User.of(scenario, 'bob', ofUser('bob'));
    await Promise.all([first.up(), second.up()]);
    await scenario.pod.killAgent();
    const seen = async () => {
      const all = await Promise.all([{}, ann, bob].map((headers) => answers(scenario, headers)));
      return all.join(' ');
    };
    await expect.poll(seen, { timeout: 30_000 }).toBe('original ann bob');
  });
});
