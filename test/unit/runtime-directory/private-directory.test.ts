import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isPrivateDirectory, makePrivateDirectory } from '../../../src/runtime-directory/index.ts';
import { whyNotPrivate } from '../../../src/runtime-directory/private-directory.ts';

/** A directory of which a test does as it likes. */
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('is made for this user alone, whatever the umask', async () => {
  const path = join(aFolder(), 'base', 'own');
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  await makePrivateDirectory(path);
  expect(modeOf(path)).toBe(0o700);
  expect(await isPrivateDirectory(path)).toBe(true);
});

it('is not there before it is made, and looking does not make it', async () => {
  const path = join(aFolder(), 'own');
  expect(await isPrivateDirectory(path)).toBe(false);
  expect(await isPrivateDirectory(path)).toBe(false);
});

it('is closed to others who could look into it', async () => {
  const path = join(aFolder(), 'own');
  mkdirSync(path);
  chmodSync(path, 0o755);
  await makePrivateDirectory(path);
  expect(modeOf(path)).toBe(0o700);
});

const strange: Readonly<Record<string, readonly [make: (path: string) => void, reason: string]>> = {
  'a link': [(path) => symlinkSync(aFolder(), path), 'it is a link'],
  'a link to nothing': [(path) => symlinkSync('/nothing-there', path), 'it is a link'],
  'a file': [(path) => writeFileSync(path, ''), 'it is no directory'],
  'open to all': [
    (path) => {
      mkdirSync(path);
      chmodSync(path, 0o1777);
    },
    'other users may write to it',
  ],
};

it.each(Object.entries(strange))(
  'is refused, to make and to use, when it is %s',
  async (_, [make, reason]) => {
    const path = join(aFolder(), 'own');
    make(path);
    for (const use of [makePrivateDirectory, isPrivateDirectory]) {
      await expect(use(path)).rejects.toMatchObject({
        code: 'permission-missing',
        message: expect.stringMatching(new RegExp(`${path},.* cannot be used: ${reason}`)),
        hint: expect.stringContaining('XDG_RUNTIME_DIR'),
      });
    }
  },
);

it('is refused when another user has made it beforehand', () => {
  const theirs = { isDirectory: () => true, isSymbolicLink: () => false, uid: 1001, mode: 0o40700 };
  expect(whyNotPrivate(theirs, 1000)).toBe('it belongs to another user (uid 1001, this is 1000)');
  expect(whyNotPrivate(theirs, 1001)).toBeUndefined();
});

it('says plainly that it cannot be made', async () => {
  const file = join(aFolder(), 'file');
  writeFileSync(file, '');
  await expect(makePrivateDirectory(join(file, 'own'))).rejects.toMatchObject({
    code: 'permission-missing',
    message: expect.stringContaining(`${file} is no directory`),
  });
});
