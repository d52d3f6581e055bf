import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Workspace } from '../../../src/model/workspace.ts';
import type { Reading } from '../../../src/session/index.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';
import { aWorld } from './world.ts';

// A later `up` may have read other files than the session began with: its files are the session's from then on.

/** A session that reads what the files of its reading stand for, by their names. */
async function aFollower(read: Readonly<Record<string, Workspace>>) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reading-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  const readingOf = (name: string): Reading => ({
    directory: folder,
    environment: {},
    choice: { file: [name] },
    files: [join(folder, name)],
  });
  let now = readingOf('first');
  const reload = {
    files: () => now.files,
    areOthers: () => false,
    load: async () => read[now.choice.file?.[0] ?? ''],
    follow: (reading: Reading) => {
      now = reading;
    },
  };
  const first = read['first'];
  if (first === undefined) throw new Error('there is no first file');
  const session = await aWorld().up(first, { reload });
  const services = async () => (await session.status()).services.map(({ name }) => name);
  const save = (name: string) => writeFile(join(folder, name), String(Math.random()));
  return { session, services, save, readingOf };
}

const app = aService({ name: 'app' });
const desk = aService({ name: 'desk' });
const more = aService({ name: 'more' });

it('is read again at the next save, of its own files alone', async () => {
  const after: Record<string, Workspace> = { first: aWorkspace('shop', app) };
  const { session, services, save, readingOf } = await aFollower(after);
  await session.converge(aWorkspace('shop', app, desk), readingOf('second'));
  expect(await services()).toEqual(['app', 'desk']);
  after['second'] = aWorkspace('shop', app, desk, more);
  // The watcher takes its time until it sees the other folder.
  await vi.waitFor(
    async () => {
      await save('second');
      await vi.waitFor(async () => expect(await services()).toEqual(['app', 'desk', 'more']));
    },
    { timeout: 10_000 },
  );
  await session.converge(aWorkspace('shop', app));
  expect(await services()).toEqual(['app']);
});

it('is not followed when the session cannot go there', async () => {
  const follow = vi.fn();
  const first = aWorkspace('shop', app);
  const reload = { files: () => [], areOthers: () => false, load: async () => undefined, follow };
  const session = await aWorld().up(first, { reload });
  const reading = { directory: '/', environment: {}, choice: {}, files: [] };
  const elsewhere = { ...first, connection: { ...first.connection, namespace: 'elsewhere' } };
  await expect(session.converge(elsewhere, reading)).rejects.toThrow(
    'namespace of the connection cannot change',
  );
  expect(follow).not.toHaveBeenCalled();
  await session.converge(first, reading);
  expect(follow).toHaveBeenCalledWith(reading);
});
