import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { dialPrivately, isOwnPeer, listenPrivately } from '../../../src/runtime-directory/index.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function listening(path: string): Promise<{ readonly asked: () => Promise<boolean> }> {
  let isOwn: Promise<boolean> | undefined;
  const server = createServer((socket) => {
    isOwn = isOwnPeer(socket);
    socket.end('hello');
  });
  await listenPrivately(server, path);
  onTestFinished(() => void server.close());
  return {
    asked: async () => {
      if (isOwn === undefined) throw new Error('nobody called');
      return isOwn;
    },
  };
}

/** A program that listens there; its path is free again when it is killed or not. */
async function aListener(path: string, options: { readonly uid?: number } = {}): Promise<ChildProcess> {
  const code = `require('net').createServer((s) => s.end()).listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', code, path], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

it('joins two programs of this user', async () => {
  const path = join(aFolder(), 'own', 'a.sock');
  const { asked } = await listening(path);
  const socket = await dialPrivately(path);
  if (typeof socket === 'string') throw new Error(`it is ${socket}`);
  expect(await text(socket)).toBe('hello');
  expect(await asked()).toBe(true);
});

it('knows that nobody listens: without directory, without socket, and at one that a killed program left', async () => {
  const folder = aFolder();
  const path = join(folder, 'a.sock');
  expect(await dialPrivately(join(folder, 'nothing', 'a.sock'))).toBe('nobody');
  expect(await dialPrivately(path)).toBe('nobody');
  const killed = await aListener(path);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(path)).toBe(true);
  expect(await dialPrivately(path)).toBe('nobody');
  await listening(path);
  expect(await dialPrivately(path)).toBeTypeOf('object');
});

it('takes a program that is stopped for nobody, never', async () => {
  const path = join(aFolder(), 'a.sock');
  const stopped = await aListener(path);
  stopped.kill('SIGSTOP');
  const seen = new Set<string>();
  // As many callers as wait for it, and more.
  for (let caller = 0; caller < 600; caller += 1) {
    const dialled = await dialPrivately(path);
    seen.add(typeof dialled === 'string' ? dialled : 'a socket');
    if (typeof dialled !== 'string') onTestFinished(() => void dialled.destroy());
  }
  expect([...seen]).toEqual(['a socket', 'busy']);
});

it('neither dials nor listens in a directory that is not private', async () => {
  const folder = aFolder();
  const link = join(folder, 'link');
  symlinkSync(aFolder(), link);
  const open = join(folder, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  for (const directory of [link, open]) {
    const path = join(directory, 'a.sock');
    await expect(dialPrivately(path)).rejects.toMatchObject({ code: 'permission-missing' });
    await expect(listenPrivately(createServer(), path)).rejects.toMatchObject({ code: 'permission-missing' });
  }
});

it.skipIf(process.getuid?.() !== 0)('does not speak to another user who listens there', async () => {
  const folder = aFolder();
  chmodSync(folder, 0o777);
  const path = join(folder, 'a.sock');
  await aListener(path, { uid: 65534 });
  chmodSync(folder, 0o700);
  await expect(dialPrivately(path)).rejects.toMatchObject({
    code: 'permission-missing',
    message: expect.stringContaining(`another user's program listens on ${path}`),
  });
});

it.skipIf(process.getuid?.() !== 0)('tells another user who calls from this one', async () => {
  const folder = aFolder();
  const path = join(folder, 'a.sock');
  const { asked } = await listening(path);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o777);
  const code = `require('net').connect(process.argv[1]).resume().on('close', () => process.exit())`;
  const caller = spawn(process.execPath, ['-e', code, path], { uid: 65534, stdio: 'ignore' });
  await once(caller, 'exit');
  expect(await asked()).toBe(false);
});

it('refuses a path that is too long for a socket, so that two of them never meet', async () => {
  const folder = join(aFolder(), 'x'.repeat(90));
  const path = join(folder, 'first.sock');
  for (const use of [() => dialPrivately(path), () => listenPrivately(createServer(), path)]) {
    await expect(use()).rejects.toMatchObject({
      code: 'permission-missing',
      message: expect.stringMatching(/has \d+ bytes; a Unix socket can have \d+/),
      hint: expect.stringContaining('XDG_RUNTIME_DIR'),
    });
  }
  expect(existsSync(folder)).toBe(false);
});
