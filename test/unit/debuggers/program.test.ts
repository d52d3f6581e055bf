import { describe, expect, it } from 'vitest';
import { type FindScript, underDebugger } from '../../../src/debuggers/index.ts';
import type { Debug } from '../../../src/model/workspace.ts';

const debugpy: Debug = { type: 'debugpy', port: 5678, wait: false, command: undefined };
const node: Debug = { type: 'node', port: 9229, wait: false, command: undefined };
const DEBUGPY = '-m debugpy --listen 0.0.0.0:5678';

const noScripts: FindScript = async () => 'other';
const scripts: FindScript = async (word) =>
  ({
    uvicorn: { path: '/venv/bin/uvicorn', interpreter: ['/venv/bin/python3'] },
    nodemon: { path: '/usr/lib/nodemon.js', interpreter: ['node'] },
    npm: { path: '/usr/lib/npm-cli.js', interpreter: ['node'] },
    'entry.sh': { path: '/entry.sh', interpreter: ['/bin/sh', '-e'] },
  })[word] ?? (word === 'sh' ? 'other' : 'missing');

async function run(debug: Debug, command: string, entrypoint = '', find = noScripts): Promise<string> {
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  const program = await underDebugger(
    debug,
    { entrypoint: words(entrypoint), command: words(command) },
    find,
  );
  return [program.entrypoint.join(' '), program.command.join(' ')].join(' | ');
}

describe('a Python program under debugpy', () => {
  it.each([
    ['python main.py --port 1', `python ${DEBUGPY} main.py --port 1`],
    ['python3.11 -m uvicorn main:app', `python3.11 ${DEBUGPY} -m uvicorn main:app`],
    ['/venv/bin/python -u -X dev main.py', `/venv/bin/python -u -X dev ${DEBUGPY} main.py`],
    ['python -um http.server', `python -u ${DEBUGPY} -m http.server`],
    ['python -Xdev -W error -c pass', `python -Xdev -W error ${DEBUGPY} -c pass`],
    ['python -m debugpy --listen 1 a.py', 'python -m debugpy --listen 1 a.py'],
  ])('%s', async (command, expected) => {
    expect(await run(debugpy, command)).toBe(` | ${expected}`);
  });

  it('waits when it is asked to', async () => {
    expect(await run({ ...debugpy, wait: true }, 'python a.py')).toBe(
      ` | python ${DEBUGPY} --wait-for-client a.py`,
    );
  });

  it('is found behind a console script of the image', async () => {
    expect(await run(debugpy, 'uvicorn main:app --reload', '', scripts)).toBe(
      ` | /venv/bin/python3 ${DEBUGPY} /venv/bin/uvicorn main:app --reload`,
    );
  });

  it('leaves an entrypoint that prepares something and runs the command', async () => {
    expect(await run(debugpy, 'python a.py', 'entry.sh', scripts)).toBe(`entry.sh | python ${DEBUGPY} a.py`);
  });

  it('is the entrypoint with the command as its arguments', async () => {
    expect(await run(debugpy, 'a.py --verbose', 'python')).toBe(` | python ${DEBUGPY} a.py --verbose`);
  });

  it.each(['sh -c ./start', 'python', 'python -u', 'npm start', ''])(
    'is not guessed in `%s`',
    async (command) => {
      await expect(run(debugpy, command, '', scripts)).rejects.toMatchObject({ code: 'debug-impossible' });
    },
  );
});

describe('a program that the image does not have', () => {
  it('is said to be missing, with the ways out', async () => {
    await expect(run(debugpy, 'gunicorn main:app', '', scripts)).rejects.toMatchObject({
      code: 'debug-impossible',
      message:
        '`gunicorn` of `gunicorn main:app` is not in the image, so that devenv cannot run it under debugpy',
      hint: expect.stringMatching(/^correct it, put gunicorn into the image, or say what starts the program/),
    });
  });
});

describe('a Node.js program under its inspector', () => {
  it.each([
    ['node server.js', 'node --inspect=0.0.0.0:9229 server.js'],
    ['/usr/bin/nodejs --watch a.js', '/usr/bin/nodejs --inspect=0.0.0.0:9229 --watch a.js'],
    ['node --inspect-brk=0.0.0.0:1 a.js', 'node --inspect-brk=0.0.0.0:1 a.js'],
    ['nodemon a.js', 'node --inspect=0.0.0.0:9229 /usr/lib/nodemon.js a.js'],
  ])('%s', async (command, expected) => {
    expect(await run(node, command, '', scripts)).toBe(` | ${expected}`);
  });

  it('stops before its first line when it waits', async () => {
    expect(await run({ ...node, wait: true }, 'node a.js')).toBe(' | node --inspect-brk=0.0.0.0:9229 a.js');
  });

  it('is not sought behind a package manager, which would be debugged in its place', async () => {
    await expect(run(node, 'npm start', '', scripts)).rejects.toMatchObject({
      message: expect.stringContaining('`npm start` is not seen to be a Node.js program'),
      hint: expect.stringContaining('debug: {command: node --inspect=0.0.0.0:9229 server.js}'),
    });
  });
});

describe('a Go program under Delve', () => {
  const go: Debug = { ...debugpy, type: 'go', port: 2345 };
  const OPTIONS = '--headless --listen=0.0.0.0:2345 --api-version=2 --accept-multiclient';

  it.each([
    ['/app/server', `dlv exec ${OPTIONS} --continue /app/server`],
    ['./server --port 80 -v', `dlv exec ${OPTIONS} --continue ./server -- --port 80 -v`],
    ['go run .', `dlv debug ${OPTIONS} --continue .`],
    ['go run ./cmd/shop --port 80', `dlv debug ${OPTIONS} --continue ./cmd/shop -- --port 80`],
    [
      'go run -race -tags dev a.go b.go c',
      `dlv debug ${OPTIONS} --continue --build-flags=-race -tags dev a.go b.go -- c`,
    ],
    ['dlv exec /app/server --headless', 'dlv exec /app/server --headless'],
  ])('%s', async (command, expected) => {
    expect(await run(go, command)).toBe(` | ${expected}`);
  });

  it('stands before its beginning when it waits', async () => {
    expect(await run({ ...go, wait: true }, '/app/server')).toBe(` | dlv exec ${OPTIONS} /app/server`);
  });

  it('quotes options of the build that have spaces', async () => {
    const command = ['go', 'run', '-ldflags', '-X main.by=me', '.'];
    const { command: changed } = await underDebugger(go, { entrypoint: [], command }, noScripts);
    expect(changed).toContain("--build-flags=-ldflags '-X main.by=me'");
  });

  it('is the whole of an entrypoint and its arguments, or what a script runs', async () => {
    expect(await run(go, '-v', '/app/server')).toBe(` | dlv exec ${OPTIONS} --continue /app/server -- -v`);
    const find: FindScript = async (word) =>
      word === 'entry.sh' ? { path: '/entry.sh', interpreter: ['sh'] } : 'other';
    expect(await run(go, '/app/server', 'entry.sh', find)).toBe(
      `entry.sh | dlv exec ${OPTIONS} --continue /app/server`,
    );
  });

  it.each(['sh -c ./server', 'air', 'go test ./...', 'make run', ''])(
    'is not guessed in `%s`',
    async (command) => {
      await expect(run(go, command)).rejects.toMatchObject({ code: 'debug-impossible' });
    },
  );

  it('says when the image has no Delve', async () => {
    const find: FindScript = async (word) => (word === 'dlv' ? 'missing' : 'other');
    await expect(run(go, '/app/server', '', find)).rejects.toMatchObject({
      message:
        'Delve, the debugger `dlv`, is not in the image, so that devenv cannot run `/app/server` under it',
      hint: expect.stringContaining('put dlv into the image, or say'),
    });
  });
});

describe('a Java program that debuggers may attach to', () => {
  const java: Debug = { ...debugpy, type: 'java', port: 5005 };
  const program = { entrypoint: ['/entry.sh'], command: ['java', '-jar', 'app.jar'] };
  const JDWP = '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=0.0.0.0:5005';

  it('runs as it would, with a word to its machine', async () => {
    expect(await underDebugger(java, program, noScripts)).toEqual({
      ...program,
      environment: { JAVA_TOOL_OPTIONS: JDWP },
    });
  });

  it.each([
    ['-Xmx64m', `-Xmx64m ${JDWP}`],
    ['-agentlib:jdwp=server=y', '-agentlib:jdwp=server=y'],
  ])('keeps the options that it has: %s', async (before, after) => {
    const variables = { JAVA_TOOL_OPTIONS: before, PATH: '/bin' };
    const { environment } = await underDebugger(java, program, noScripts, variables);
    expect(environment).toEqual({ JAVA_TOOL_OPTIONS: after });
  });

  it('waits when it is asked to', async () => {
    const { environment } = await underDebugger({ ...java, wait: true }, program, noScripts);
    expect(environment['JAVA_TOOL_OPTIONS']).toContain('suspend=y');
  });

  it.each(['mvn spring-boot:run', './gradlew bootRun', ''])(
    'is not started by a build tool, which would be debugged in its place: %s',
    async (command) => {
      await expect(run(java, command)).rejects.toMatchObject({
        code: 'debug-impossible',
        hint: expect.stringContaining('-agentlib:jdwp='),
      });
    },
  );
});

describe('any other debugger', () => {
  it('is started by the command itself', async () => {
    expect(await run({ ...node, type: 'generic' }, 'java -agentlib:jdwp App')).toBe(
      ' | java -agentlib:jdwp App',
    );
  });

  it('is started by a command of its own, of which nothing is changed', async () => {
    const debug: Debug = { ...debugpy, command: ['dlv', 'exec', '/shop'] };
    expect(await run(debug, '/shop', 'tini --')).toBe('tini -- | dlv exec /shop');
  });
});
