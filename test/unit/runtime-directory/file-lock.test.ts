import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FileLock, isLocked } from '../../../src/runtime-directory/index.ts';

const KOFFI = resolve(import.meta.dirname, '../../../node_modules/koffi');

function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'a.lock');
}

async function taken(path: string): Promise<FileLock> {
  const lock = await FileLock.take(path);
  if (lock === undefined) throw new Error('somebody has it');
  return lock;
}

/** Another process that has it, or goes on with it as descriptor 3. */
async function aHolder(path: string, inherited?: number): Promise<ChildProcess> {
  const code = `
    const flock = require(${JSON.stringify(KOFFI)}).load(null).func('int flock(int fd, int operation)');
    const descriptor = ${inherited === undefined ? "require('fs').openSync(process.argv[1], 'a+')" : '3'};
    console.log(flock(descriptor, 6));
    setInterval(() => {}, 1000);`;
  const stdio = ['ignore', 'pipe', 'inherit', ...(inherited === undefined ? [] : [inherited])] as const;
  const child = spawn(process.execPath, ['-e', code, path], { stdio: [...stdio] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('it has no output');
  const [said] = await once(child.stdout, 'data');
  expect(String(said).trim()).toBe('0');
  return child;
}

it('is had by one, and by the next when that one lets go', async () => {
  const path = aPath();
  const first = await taken(path);
  first.write('the first');
  expect(await FileLock.take(path)).toBeUndefined();
  expect(await isLocked(path)).toEqual({ text: 'the first' });
  first.release('keep');
  expect(await isLocked(path)).toBeUndefined();
  const second = await taken(path);
  expect(second.read()).toBe('the first');
  second.write('2');
  expect(second.read()).toBe('2');
  second.release('remove');
  expect(existsSync(path)).toBe(false);
  expect(await isLocked(path)).toBeUndefined();
});

it('is held by a process that is stopped, and dies with it', async () => {
  const path = aPath();
  const holder = await aHolder(path);
  holder.kill('SIGSTOP');
  expect(await FileLock.take(path)).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await taken(path)).release('remove');
});

it('passes over to a process that inherits it: at no moment somebody else can get it', async () => {
  const path = aPath();
  const lock = await taken(path);
  const next = await aHolder(path, lock.descriptor);
  lock.release('keep');
  expect(await FileLock.take(path)).toBeUndefined();
  next.kill('SIGKILL');
  await once(next, 'exit');
  (await taken(path)).release('remove');
});

it('is not inherited as any other file', async () => {
  const path = aPath();
  const other = await taken(`${path}-other`);
  expect(await FileLock.inherited(path, other.descriptor)).toBeUndefined();
  expect(await FileLock.inherited(path, 9999)).toBeUndefined();
  other.release('remove');
});

it('is had by one of many who want it at once, while others look', async () => {
  const path = aPath();
  const all = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      if (index % 3 !== 0) return isLocked(path).then(() => undefined);
      return FileLock.take(path);
    }),
  );
  expect(all.filter((lock) => lock !== undefined)).toHaveLength(1);
  for (const lock of all) lock?.release('remove');
});

it('shows what was written last, also when that is shorter', async () => {
  const path = aPath();
  const lock = await taken(path);
  lock.write('a long text');
  lock.write('short');
  expect(lock.read()).toBe('short');
  lock.release('remove');
});

it('on a full disk says where, and what helps', async () => {
  const full = openSync('/dev/full', 'r+');
  onTestFinished(() => closeSync(full));
  const lock = await FileLock.inherited('/dev/full', full);
  expect(() => lock?.write('text')).toThrow(
    expect.objectContaining({
      code: 'state-unusable',
      message: expect.stringMatching(/^\/dev\/full, the lock of a session, cannot be written: ENOSPC/),
    }),
  );
});
