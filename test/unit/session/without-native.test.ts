import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { askSession, controlSocketPath } from '../../../src/session/control-client.ts';
import { ControlSocket } from '../../../src/session/control-server.ts';
import { SessionLock } from '../../../src/session/session-lock.ts';

// A machine for which the native library has no binary.
vi.mock('koffi', () => {
  throw new Error('there is no binary');
});

it('a session is known by its socket alone where the system’s locks are not to be had', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = controlSocketPath(folder, 'shop');
  const holder = (session: string) => ({
    session,
    project: 'shop',
    user: 'ann@desk',
    file: '/gefyra.yaml',
    since: 1,
    pid: 42,
  });
  const lock = await SessionLock.take(path, holder('s1'));
  const socket = await ControlSocket.open(path, async () => ({ done: true }));
  expect(await askSession(path, { method: 'down' }, () => {})).toEqual({ done: true });
  await expect(SessionLock.take(path, holder('s2'))).rejects.toMatchObject({ code: 'session-conflict' });
  await socket.close();
  lock.release(true);
  const next = await SessionLock.take(path, holder('s2'));
  expect(next.ended).toEqual(new Set(['s1']));
  next.release(false);
});
