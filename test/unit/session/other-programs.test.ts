import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../../../src/common/deferred.ts';
import type { Event } from '../../../src/model/event.ts';
import { answerRequest, type SessionFace } from '../../../src/session/answer-request.ts';
import { askSession, type SessionRequest } from '../../../src/session/control-client.ts';
import { ControlSocket } from '../../../src/session/control-server.ts';
import { People } from '../../../src/session/people.ts';
import { aWorkspace } from '../../builders/workspace.ts';

const OWN = { version: '1.0.0', build: 'aaaa' };
const OTHER = { version: '2.0.0', build: 'bbbb' };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gefyra-control-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('a session that another build asks', () => {
  it.each(['plan', 'converge'] as const)('refuses a workspace of it: %s', async (method) => {
    const { services, ...rest } = aWorkspace('shop');
    const workspace = { ...rest, services: [...services.values()] };
    const asked = asksSession({ method, by: OTHER, workspace });
    await expect(asked).rejects.toMatchObject({
      code: 'session-conflict',
      message:
        'the session of this project runs devenv 1.0.0 (build aaaa), and this is devenv 2.0.0 (build bbbb)',
      hint: expect.stringContaining('devenv down'),
    });
    await expect(asksSession({ method, by: OWN, workspace })).resolves.toBeDefined();
  });

  it('says that it does not know a request of a later version', async () => {
    await expect(asksSession({ method: 'pause' } as unknown as SessionRequest)).rejects.toMatchObject({
      code: 'protocol-mismatch',
      message: expect.stringMatching(/runs devenv 1\.0\.0 .*cannot be asked for "pause"/),
      hint: expect.stringContaining('devenv down'),
    });
  });

  it('still ends when asked to', async () => {
    await expect(asksSession({ method: 'down' })).resolves.toEqual({ done: true });
  });
});

describe('what a session of another version answers', () => {
  it.each([
    ['undefined\n', /answers with what is no JSON/],
    ['', /ended without an answer/],
    ['null\n', /does not understand/],
    ['{"paused":true}\n', /does not understand/],
    ['{"event":7}\n', /does not understand/],
    ['{"status":{"identity":{},"services":[],"bridges":[]}}\n', /does not understand/],
    ['{"status":{"identity":{},"program":{},"services":{},"bridges":[]}}\n', /does not understand/],
  ])('%j is told as that', async (words, message) => {
    await expect(hearing(words, { method: 'status' })).rejects.toMatchObject({
      code: 'protocol-mismatch',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/end the session/),
    });
  });

  it('is the end of what somebody waits for, when its words end', async () => {
    await expect(hearing('', { method: 'down' })).resolves.toEqual({ done: true });
  });

  it('may hold events that are not known here, on the way to an answer that is', async () => {
    const events: Event[] = [];
    const words = '{"event":{"type":"weather"}}\n{"done":true}\n';
    expect(await hearing(words, { method: 'down' }, events)).toEqual({ done: true });
    expect(events).toEqual([{ type: 'weather' }]);
  });
});

/** Asks a session of `OWN`. */
async function asksSession(request: SessionRequest) {
  const path = join(directory, 'session.sock');
  const ended = deferred();
  const face: SessionFace = {
    program: OWN,
    status: () => Promise.reject(new Error('not asked')),
    plan: async () => [],
    converge: async () => [],
    people: new People(new AbortController().signal),
    oneOffs: { attend: async () => {} },
    restart: async () => {},
    stop: async () => [],
    start: async () => [],
    rest: () => {},
    ready: Promise.resolve([]),
    ended: ended.promise,
    end: () => ended.resolve(),
  };
  const socket = await ControlSocket.open(path, (asked, asker) =>
    answerRequest(asked, asker, new Set(), face),
  );
  try {
    return await askSession(path, request, () => {});
  } finally {
    await socket.close();
  }
}

/** Asks something that answers with these words, whatever it is asked. */
async function hearing(words: string, request: SessionRequest, events: Event[] = []) {
  const path = join(directory, 'other.sock');
  const server = createServer((socket) => socket.once('data', () => socket.end(words)));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    return await askSession(path, request, (event) => events.push(event));
  } finally {
    server.close();
  }
}
