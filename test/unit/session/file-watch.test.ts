import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { deferred } from '../../../src/common/deferred.ts';
import { fileLooks, watchFiles } from '../../../src/session/file-watch.ts';

it('files that matter only now are watched from now on', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'watch-')));
  const ending = new AbortController();
  onTestFinished(() => rm(folder, { recursive: true }));
  onTestFinished(() => ending.abort());
  await mkdir(join(folder, 'sub'));
  const [first, second] = [join(folder, 'gefyra.yaml'), join(folder, 'sub/more.yaml')];
  let known = [first];
  let tell = () => {};
  let changes = 0;
  const files = {
    now: () => known,
    areOthers: () => false,
    onOthers: (listener: () => void) => (tell = listener),
  };
  void watchFiles(
    files,
    () => (changes += 1),
    () => {},
    ending.signal,
  );
  const seen = async (file: string, expected: number) => {
    await vi.waitFor(
      async () => {
        await writeFile(file, String(Math.random()));
        await vi.waitFor(() => expect(changes).toBeGreaterThanOrEqual(expected), { timeout: 500 });
      },
      { timeout: 10_000 },
    );
  };
  await seen(first, 1);
  known = [first, second];
  tell();
  await seen(second, changes + 1);
});

it('what was saved before the watch began counts as a change', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'watch-')));
  const ending = new AbortController();
  onTestFinished(() => rm(folder, { recursive: true }));
  onTestFinished(() => ending.abort());
  const file = join(folder, 'gefyra.yaml');
  await writeFile(file, 'as it was read');
  const read = fileLooks([file]);
  await writeFile(file, 'as it was saved afterwards');
  const changed = deferred();
  const files = { now: () => [file], areOthers: () => fileLooks([file]) !== read, onOthers: () => {} };
  void watchFiles(
    files,
    () => changed.resolve(),
    () => {},
    ending.signal,
  );
  await changed.promise;
});
