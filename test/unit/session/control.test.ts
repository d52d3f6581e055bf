import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenPrivately } from '../../../src/runtime-directory/index.ts';
import { askSession, controlSocketPath } from '../../../src/session/control-client.ts';
import { ControlSocket } from '../../../src/session/control-server.ts';
import { endedAt, forgetKilled, SessionLock } from '../../../src/session/session-lock.ts';

function aSocketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return controlSocketPath(folder, 'shop');
}

const holder = (session: string, pid = 42) => ({
  session,
  project: 'shop',
  user: 'ann@desk',
  file: '/shop/gefyra.yaml',
  since: 1,
  pid,
});

const ask = (path: string, answerMs?: number) =>
  askSession(path, { method: 'down' }, () => {}, undefined, answerMs);

async function answering(path: string): Promise<ControlSocket> {
  return ControlSocket.open(path, async () => ({ done: true }));
}

async function silent(path: string): Promise<Server> {
  const server = createServer(() => {});
  await listenPrivately(server, path);
  onTestFinished(() => void server.close());
  return server;
}

/** Says that it is there, and no more. */
async function halfAnswering(path: string): Promise<void> {
  const socket = await ControlSocket.open(path, () => new Promise(() => {}));
  onTestFinished(() => void socket.close());
}

async function aStoppedProcess(): Promise<number> {
  const { pid } = spawn('sleep', ['60'], { stdio: 'ignore' });
  if (pid === undefined) throw new Error('there is no sleep here');
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  process.kill(pid, 'SIGSTOP');
  return pid;
}

describe('a session that is asked', () => {
  it('is none where nobody listens and nobody holds the lock', async () => {
    expect(await ask(aSocketPath())).toBeUndefined();
  });

  it('answers', async () => {
    const path = aSocketPath();
    const socket = await answering(path);
    expect(await ask(path)).toEqual({ done: true });
    await socket.close();
    expect(existsSync(path)).toBe(false);
  });

  it('is waited for while it holds the lock and does not listen yet', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1'));
    const asked = ask(path);
    setTimeout(() => void answering(path).then((socket) => onTestFinished(() => void socket.close())), 120);
    expect(await asked).toEqual({ done: true });
    lock.release(false);
  });

  it('is none any more when it lets go of the lock meanwhile', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1'));
    setTimeout(() => lock.release(false), 120);
    expect(await ask(path)).toBeUndefined();
  });

  it.each([
    ['does not listen', async () => {}],
    ['takes callers and says nothing', silent],
  ])('and %s is told of with its owner, not taken for a dead one', async (_, be) => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1'));
    await be(path);
    await expect(ask(path, 100)).rejects.toMatchObject({
      code: 'session-conflict',
      message: expect.stringMatching(
        /does not answer: ann@desk from \/shop\/gefyra.yaml since 1970-01-01 00:00 UTC, process 42$/,
      ),
      hint: expect.stringContaining('kill -9 42'),
    });
    lock.release(false);
  });

  it.each([
    ['before it has answered', silent],
    ['in the middle of its answer', halfAnswering],
  ])('and is stopped %s is told of at once', async (_, be) => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1', await aStoppedProcess()));
    await be(path);
    const before = performance.now();
    await expect(ask(path)).rejects.toMatchObject({
      code: 'session-conflict',
      message: expect.stringContaining('for it is stopped'),
      hint: expect.stringContaining('kill -CONT'),
    });
    expect(performance.now() - before).toBeLessThan(5000);
    lock.release(false);
  });

  it('and is stopped is not told of to whoever follows it', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1', await aStoppedProcess()));
    await halfAnswering(path);
    const leave = AbortSignal.timeout(1500);
    expect(await askSession(path, { method: 'follow' }, () => {}, leave)).toEqual({ done: true });
    lock.release(false);
  });

  it('may take its time for the answer once it has shown that it is there', async () => {
    const path = aSocketPath();
    const socket = await ControlSocket.open(path, async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { done: true };
    });
    expect(await ask(path, 150)).toEqual({ done: true });
    await socket.close();
  });
});

describe('the lock of a session', () => {
  it('is had by one session of the project', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1'));
    await expect(SessionLock.take(path, holder('s2'))).rejects.toMatchObject({ code: 'session-conflict' });
    lock.release(false);
    (await SessionLock.take(path, holder('s2'))).release(false);
  });

  it('is not had where a session listens, though somebody who tidies up has removed its file', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s1'));
    const socket = await answering(path);
    rmSync(path.replace('.sock', '.lock'));
    await expect(SessionLock.take(path, holder('s2'))).rejects.toMatchObject({ code: 'session-conflict' });
    await socket.close();
    lock.release(false);
  });

  it('tells the next one which sessions are gone, until it has removed what they left', async () => {
    const path = aSocketPath();
    (await SessionLock.take(path, holder('s1'))).release(true);
    expect(await endedAt(path)).toEqual(new Set(['s1']));
    const second = await SessionLock.take(path, holder('s2'));
    expect(second.ended).toEqual(new Set(['s1']));
    second.release(true);
    const third = await SessionLock.take(path, holder('s3'));
    expect(third.ended).toEqual(new Set(['s2', 's1']));
    third.forgetEnded();
    third.release(true);
    const fourth = await SessionLock.take(path, holder('s4'));
    expect(fourth.ended).toEqual(new Set(['s3']));
    fourth.release(false);
    expect(await endedAt(path)).toEqual(new Set());
  });

  it('keeps a late guardian from the socket of the next session', async () => {
    const path = aSocketPath();
    const lock = await SessionLock.take(path, holder('s2'));
    const socket = await answering(path);
    await forgetKilled(path);
    expect(await ask(path)).toEqual({ done: true });
    await socket.close();
    lock.release(true);
    await forgetKilled(path);
    expect(await endedAt(path)).toEqual(new Set());
  });
});
