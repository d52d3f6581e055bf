import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { encodeLine } from '../../../src/common/json-lines.ts';
import type { Event } from '../../../src/model/event.ts';
import { boundedAnswers } from '../../../src/session/bounded-answers.ts';
import { type Asker, ControlSocket } from '../../../src/session/control-server.ts';

const log: Event = { type: 'log', service: 'app', stream: 'stdout', line: 'x'.repeat(1000) };

it('whoever does not read is told so in the end, and nothing after it', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const send = boundedAnswers(stream, 10_000);
  for (let times = 0; times < 100; times += 1) send({ event: log });
  expect(stream.writableLength).toBeLessThan(12_000);
  const lines = String(await buffer(stream))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeLessThan(15);
  expect(lines.at(-1)).toMatchObject({ error: { message: expect.stringContaining('nothing more') } });
});

it('a follower that reads nothing costs a session some megabytes, and no other follower anything', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'devenv-followers-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 's.sock');
  const askers: Asker[] = [];
  const server = await ControlSocket.open(path, async (_, asker) => {
    askers.push(asker);
    await asker.left;
    return { done: true };
  });
  const follow = async () => {
    const socket = connect(path);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(encodeLine({ method: 'follow' }));
    return socket;
  };
  const [deaf, reader] = await Promise.all([follow(), follow()]);
  deaf.pause();
  let read = 0;
  reader.on('data', (bytes) => {
    read += bytes.length;
  });
  await vi.waitFor(() => expect(askers).toHaveLength(2));
  const line = 'x'.repeat(100_000);
  for (let times = 0; times < 1000; times += 1) {
    for (const { tell } of askers) tell({ ...log, line });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(read).toBeGreaterThan(100_000_000), 10_000);
  const kept = await buffer(deaf);
  expect(kept.length).toBeLessThan(8_000_000);
  expect(JSON.parse(String(kept).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    error: { code: 'deadline-passed' },
  });
  reader.destroy();
  await server.close();
});
