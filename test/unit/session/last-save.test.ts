import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mount } from '../../../src/model/workspace.ts';
import { lastSave } from '../../../src/session/last-save.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'last-save-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A file that was saved so many seconds ago. */
async function saved(path: string, secondsAgo: number): Promise<string> {
  const file = join(directory, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '');
  const at = Date.now() / 1000 - secondsAgo;
  await utimes(file, at, at);
  return file;
}

async function secondsSince(files: readonly string[], ...sources: readonly string[]): Promise<number> {
  const volumes = sources.map((source): Mount => ({ kind: 'bind', source, target: '/app', readOnly: false }));
  return Math.round(((await lastSave(files, { volumes })) ?? Number.NaN) / 1000);
}

it('is that of the newest file, of those that are read and those that are mounted', async () => {
  const file = await saved('gefyra.yaml', 500);
  await saved('src/a/b/app.js', 60);
  await saved('src/old.js', 900);
  const one = await saved('one.conf', 40);
  expect(await secondsSince([file])).toBe(500);
  expect(await secondsSince([file], join(directory, 'src'))).toBe(60);
  expect(await secondsSince([file], join(directory, 'src'), one)).toBe(40);
});

it('leaves out what nobody edits, links, and what is not there', async () => {
  await saved('src/app.js', 60);
  await saved('src/node_modules/x/index.js', 1);
  await saved('src/.git/index', 1);
  const elsewhere = await saved('elsewhere/new.js', 1);
  await symlink(join(elsewhere, '..'), join(directory, 'src/link'));
  expect(await secondsSince([join(directory, 'missing')], join(directory, 'src'))).toBe(60);
  expect(await lastSave([], undefined)).toBeUndefined();
});
