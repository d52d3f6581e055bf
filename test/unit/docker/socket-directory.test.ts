import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isOwnSocketDirectory, makeSocketDirectory } from '../../../src/docker/socket-directory.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sockets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('is open to the container in a directory that is closed to everybody else', async () => {
  const runtime = join(aFolder(), 'own');
  const directory = await makeSocketDirectory(runtime, 'gefyra-shop.app.gateway');
  expect(statSync(directory).mode & 0o777).toBe(0o777);
  expect(statSync(runtime).mode & 0o777).toBe(0o700);
  expect(await isOwnSocketDirectory(directory)).toBe(true);
});

it('is not made where others could put a socket in its place', async () => {
  const open = join(aFolder(), 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  await expect(makeSocketDirectory(open, 'web')).rejects.toMatchObject({ code: 'permission-missing' });
});

it('is not dialled unless it is one of this user’s own making', async () => {
  const folder = aFolder();
  const own = await makeSocketDirectory(folder, 'web');
  const link = join(aFolder(), 'link');
  symlinkSync(folder, link);
  const named = join(folder, 'something-else');
  mkdirSync(named);
  const linked = join(folder, 'dial-01234567-abcdef');
  symlinkSync(named, linked);
  expect(await isOwnSocketDirectory(own)).toBe(true);
  for (const strange of [own.replace(folder, link), named, linked, join(folder, 'dial-01234567-nobody')])
    expect(await isOwnSocketDirectory(strange), strange).toBe(false);
  chmodSync(folder, 0o777);
  expect(await isOwnSocketDirectory(own)).toBe(false);
});

it('is not made where the path of a socket would be too long', async () => {
  const runtime = join(aFolder(), 'x'.repeat(70));
  await expect(makeSocketDirectory(runtime, 'web')).rejects.toMatchObject({
    code: 'permission-missing',
    hint: expect.stringContaining('XDG_RUNTIME_DIR'),
  });
});
