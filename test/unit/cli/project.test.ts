import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectOf } from '../../../src/cli/project.ts';
import { runtimeDirectory } from '../../../src/cli/wiring.ts';
import { controlSocketPath } from '../../../src/session/index.ts';
import { SessionLock } from '../../../src/session/session-lock.ts';
import { aCliContext } from '../../builders/cli-context.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Nothing but the runtime directory and the file: there is no engine. */
const context = () =>
  aCliContext({
    directory: folder,
    environment: { XDG_RUNTIME_DIR: join(folder, 'run'), DOCKER_HOST: `unix://${folder}/none.sock` },
  });

async function aLiveSession(project: string, file: string): Promise<SessionLock> {
  const holder = { session: project, project, user: 'ada@desk', file, since: 1, pid: 42 };
  return SessionLock.take(controlSocketPath(runtimeDirectory(context()), project), holder);
}

it('is the one of the session that came from a file which cannot be read any more', async () => {
  const file = join(folder, 'gefyra.yaml');
  const locks = [await aLiveSession('mine', file), await aLiveSession('theirs', '/srv/gefyra.yaml')];
  writeFileSync(file, 'services: [');
  expect(await projectOf(context(), {})).toBe('mine');
  rmSync(file);
  expect(await projectOf(context(), {})).toBe('mine');
  expect(await projectOf(context(), { file: ['gefyra.yaml'] })).toBe('mine');
  for (const lock of locks) lock.release(false);
});

it('is the one that is named, whatever lives here', async () => {
  const lock = await aLiveSession('mine', join(folder, 'gefyra.yaml'));
  writeFileSync(join(folder, 'gefyra.yaml'), 'name: other\nservices: 5');
  expect(await projectOf(context(), {})).toBe('other');
  expect(await projectOf(context(), { projectName: 'third' })).toBe('third');
  lock.release(false);
});

it('is none where there is neither a file nor a session', async () => {
  await expect(projectOf(context(), {})).rejects.toMatchObject({ code: 'config-not-found' });
});
