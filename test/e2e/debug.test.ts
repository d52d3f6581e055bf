import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DebugAdapter } from '../../scripts/demo/debug-adapter.mjs';
import { aScenario, type Scenario } from './scenario.ts';
import { type Devenv, runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { freePort } from './world/free-port.ts';
import { Inspector } from './world/inspector.ts';
import { findLeftovers } from './world/leftovers.ts';
import { pythonImage } from './world/paths.ts';

const execute = promisify(execFile);

/** Longer than the agent and the session take to notice anything that has died. */
const THINKING_MS = 6000;

/** An HTTP server in Python, as a script that is run by its own first line. */
const PYTHON_SERVER = `#!/usr/bin/env python3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path
        self.send_response(200)
        self.send_header("x-answered-by", "local")
        self.end_headers()
        self.wfile.write(path.encode())

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", 8155), Handler).serve_forever()
`;
const PYTHON_LINE = 8;
const NODE_LINE = 17;

/** The example's file with a debugger for its service. */
async function writeDebugged(scenario: Scenario, debug: string, more: Readonly<Record<string, string>> = {}) {
  const file = join(scenario.copy.folder, 'gefyra.yaml');
  const keys = { command: 'node server.mjs', debug, ...more };
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(keys)) {
    text = text.replace(new RegExp(`^    ${key}: .*\n`, 'm'), '');
    text = text.replace('    working_dir:', `    ${key}: ${value}\n    working_dir:`);
  }
  await writeFile(file, text);
}

async function upWaiting(scenario: Scenario): Promise<Devenv> {
  const session = startDevenv(['up'], scenario.options());
  await session.waitForLine(/^bridge\/app:8155 waiting: for a debugger to attach/, 60_000);
  return session;
}

/** That the bridge did not rest from a line of the output on. */
function expectLiveSince(session: Devenv, from: number): void {
  const states = session.lines
    .slice(from)
    .filter(({ text }) => /^bridge\/app:8155 (resting|lost|waiting)/.test(text));
  expect(states).toEqual([]);
}

describe('a service under the inspector of Node.js', () => {
  it.each([
    ['started by devenv', (port: number) => `{type: node, port: ${port}, wait: true}`],
    [
      'started by a command of its own, as any debugger',
      (port: number) =>
        `{type: generic, port: ${port}, wait: true, command: "node --inspect-brk=0.0.0.0:${port} server.mjs"}`,
    ],
  ])(
    'waits for a debugger while the original answers; a breakpoint keeps the bridge: %s',
    async (_, debug) => {
      await using scenario = await aScenario();
      const port = await freePort();
      await writeDebugged(scenario, debug(port));
      await using session = await upWaiting(scenario);
      expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
      await session.waitForLine(/^debugger\/app up: (node|generic) on /, 20_000);
      const ps = await runDevenv(['ps'], scenario.options());
      expect(ps.stdout).toContain(`for a debugger to attach to 127.0.0.1:${port}`);

      using inspector = await Inspector.attach(port);
      await inspector.begin();
      await inspector.stopAt('/app/server.mjs', NODE_LINE);
      await (await inspector.nextPause()).goOn();
      await session.waitForLine(/^bridge\/app:8155 live/, 20_000);
      const live = session.lines.length;

      const answer = scenario.pod.ask('/items/123', { timeoutMs: 30_000 });
      const stop = await inspector.nextPause();
      expect(stop).toMatchObject({ url: 'file:///app/server.mjs', line: NODE_LINE });
      expect(await stop.evaluate('record.email')).toBe('john@gefyra.dev');
      await pause(THINKING_MS);
      await stop.goOn();
      expect(await answer).toMatchObject({ status: 500, by: 'local' });
      expectLiveSince(session, live);

      session.signal('SIGINT');
      expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
      expect(
        await findLeftovers({ project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine }),
      ).toEqual([]);
    },
  );
});

/** This machine's Python gets the debugger that the image of the demo has. */
async function debugpyFor(scenario: Scenario): Promise<string> {
  const name = `${scenario.copy.project}-debugpy`;
  const folder = join(scenario.copy.folder, 'packages');
  await mkdir(folder);
  await docker('create', '--name', name, pythonImage, 'true');
  try {
    const packages = `docker cp ${name}:/usr/lib/python3/dist-packages - | tar -x -C ${folder} --strip-components=1`;
    await execute('sh', [
      '-c',
      `${packages} --wildcards 'dist-packages/*pydev*' 'dist-packages/debugpy*' 'dist-packages/bytecode*'`,
    ]);
  } finally {
    await docker('rm', name);
  }
  return folder;
}

/** Packages with machine code are those of the image's version. */
const hasPython = spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout?.startsWith(
  'Python 3.11.',
);

describe.skipIf(!hasPython)('a program of this machine under debugpy', () => {
  it('stops at a breakpoint of a bridged request, and again when it was started anew', async () => {
    await using scenario = await aScenario();
    const { copy, pod } = scenario;
    const port = await freePort();
    const directory = join(copy.folder, 'app');
    const source = join(directory, 'server.py');
    await writeFile(source, PYTHON_SERVER);
    const packages = await debugpyFor(scenario);
    const file = (word: string) => `name: ${copy.project}
services:
  app:
    process: python3 server.py
    working_dir: ./app
    environment: {PYTHONPATH: ${packages}, WORD: ${word}}
    debug: {type: debugpy, port: ${port}}
    bridges: [{target: ${pod.target}, ports: [8155]}]
`;
    await writeFile(join(copy.folder, 'gefyra.yaml'), file('one'));
    await using session = startDevenv(['up', '-y'], scenario.options());
    let from = 0;
    for (const word of ['one', 'two']) {
      if (word !== 'one') {
        from = session.lines.length;
        await writeFile(join(copy.folder, 'gefyra.yaml'), file(word));
      }
      await session.waitForLine(/^debugger\/app up: debugpy on /, 60_000, from);
      await session.waitForLine(/^bridge\/app:8155 live/, 60_000, from);
      const editor = await DebugAdapter.attach(
        { port, directory, remoteDirectory: directory },
        source,
        PYTHON_LINE,
      );
      try {
        const answer = pod.ask(`/${word}`, { timeoutMs: 30_000 });
        const stop = await editor.nextStop(20_000);
        expect(stop).toMatchObject({ file: source, line: PYTHON_LINE, function: 'do_GET' });
        expect(await stop.evaluate('path')).toBe(`'/${word}'`);
        await stop.goOn();
        expect(await answer).toMatchObject({ status: 200, by: 'local', body: `/${word}` });
      } finally {
        await editor.detach();
      }
    }
  });
});

describe('a service under debugpy', () => {
  it.each([
    ['as the argument of its interpreter', 'python3 server.py'],
    ['as a script by its path', './server.py'],
    ['as a script that PATH leads to', 'server.py'],
  ])('stops at a breakpoint, and answers when it goes on: %s', async (_, command) => {
    await using scenario = await aScenario();
    const port = await freePort();
    await writeFile(join(scenario.copy.folder, 'app', 'server.py'), PYTHON_SERVER, { mode: 0o755 });
    const environment = '{PATH: "/usr/bin:/bin:/app"}';
    await writeDebugged(scenario, `{type: debugpy, port: ${port}, wait: true}`, {
      image: pythonImage,
      command,
      environment,
    });
    await using session = await upWaiting(scenario);
    // It was spoken to, and the program waits on all the same.
    await session.waitForLine(/^debugger\/app up: debugpy on /, 20_000);
    expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });

    const directory = join(scenario.copy.folder, 'app');
    const source = join(directory, 'server.py');
    const editor = await DebugAdapter.attach(
      { port, directory, remoteDirectory: '/app' },
      source,
      PYTHON_LINE,
    );
    try {
      await session.waitForLine(/^bridge\/app:8155 live/, 20_000);
      const live = session.lines.length;
      const answer = scenario.pod.ask('/here', { timeoutMs: 30_000 });
      const stop = await editor.nextStop(20_000);
      expect(stop).toMatchObject({ file: source, line: PYTHON_LINE, function: 'do_GET' });
      expect(await stop.evaluate('path')).toBe("'/here'");
      await pause(THINKING_MS);
      await stop.goOn();
      expect(await answer).toMatchObject({ status: 200, by: 'local', body: '/here' });
      expectLiveSince(session, live);
    } finally {
      await editor.detach();
    }
  });

  it('is refused with a way out where no Python program is to be seen, and nothing is left', async () => {
    await using scenario = await aScenario();
    await writeDebugged(scenario, '{type: debugpy}', { command: 'sh -c "node server.mjs"' });
    const { code, stderr } = await runDevenv(['up'], scenario.options());
    expect(code).toBe(3);
    expect(stderr).toContain('service app: `sh -c node server.mjs` is not seen to be a Python program');
    expect(stderr).toContain('debug: {command: python -m debugpy --listen 0.0.0.0:5678 main.py}');
    expect(
      await findLeftovers({ project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine }),
    ).toEqual([]);
  });
});

describe('a debugger that does not come', () => {
  it('is not told to be up, and what is seen in its place is', async () => {
    await using scenario = await aScenario();
    const port = await freePort();
    await writeDebugged(scenario, `{type: generic, port: ${port}}`);
    const session = await scenario.up();
    await session.waitForLine(
      new RegExp(`^debugger/app waiting: nothing listens on ${port} in the container`),
      40_000,
    );
    expect(session.text('stdout')).not.toContain('debugger/app up');
  });
});

describe('turning a debugger on and off', () => {
  it('makes the service anew on its ports, and nothing else', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    const agents = await docker('ps', '--quiet', '--filter', 'label=gefyra-devenv/role=agent');
    const from = session.lines.length;
    const port = await freePort();
    await writeDebugged(scenario, `{type: node, port: ${port}}`);
    await session.waitForLine(/^container\/app replaced .*command, debug changed/, 20_000, from);
    await session.waitForLine(/^bridge\/app:8155 live/, 20_000, from);
    using inspector = await Inspector.attach(port);
    await inspector.stopAt('/app/server.mjs', NODE_LINE);
    const answer = scenario.pod.ask('/items/123');
    await (await inspector.nextPause()).goOn();
    expect(await answer).toMatchObject({ status: 500, by: 'local' });
    expect(await docker('ps', '--quiet', '--filter', 'label=gefyra-devenv/role=agent')).toBe(agents);
  });
});

describe('devenv debug-config', () => {
  it('puts an entry for each debugger beside what the launch.json has', async () => {
    await using scenario = await aScenario();
    await writeDebugged(scenario, '{type: node, port: 9230}');
    const file = join(scenario.copy.folder, '.vscode', 'launch.json');
    await mkdir(join(scenario.copy.folder, '.vscode'));
    await writeFile(file, '{\n  // ours\n  "configurations": [{ "name": "tests" }]\n}\n');
    expect(await runDevenv(['debug-config', '--write'], scenario.options())).toMatchObject({
      code: 0,
      stdout: '',
    });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('// ours');
    const printed = await runDevenv(['debug-config'], scenario.options());
    const [entry] = JSON.parse(printed.stdout).configurations;
    expect(entry).toMatchObject({ name: 'devenv: app', port: 9230, remoteRoot: '/app' });
    expect(JSON.parse(text.replace('// ours', '')).configurations).toEqual([{ name: 'tests' }, entry]);
    const again = await runDevenv(['debug-config', 'app', '--write'], scenario.options());
    expect(again.stderr).toContain('already');
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('tells whoever names a service without a debugger how to give it one', async () => {
    await using scenario = await aScenario();
    const { code, stderr } = await runDevenv(['debug-config', 'ap'], scenario.options());
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean app?');
    expect((await runDevenv(['debug-config'], scenario.options())).stderr).toContain(
      'debug: {type: debugpy}',
    );
  });
});
