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
