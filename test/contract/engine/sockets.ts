import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../src/engine/index.ts';
import {
  aSpec,
  created,
  type EngineWorld,
  SOCKETS,
  started,
  textOf,
  untilItSays,
  type WorldOf,
} from './world.ts';

/** What a container needs in order to be dialled. */
export const serving: Partial<ContainerSpec> = {
  command: ['serve', SOCKETS],
  socketDir: SOCKETS,
  // As agent and gateway are: root without the right to write where it may not.
  user: '0:0',
  capabilities: [],
};

/** Streams to Unix sockets inside a container. */
export function socketsContract(world: WorldOf<EngineWorld>): void {
  let id = '';
  beforeAll(async () => {
    const { engine, name } = world();
    id = await engine.createContainer(aSpec(world(), { ...serving, name: name('sockets') }));
    await engine.startUnit(id);
    await untilItSays(world(), id, 'listening');
  });
  afterAll(() => world().engine.removeUnit(id));
  const dial = (socket: string) => world().engine.dialSocket(id, `${SOCKETS}/${socket}.sock`);

  it('carries bytes both ways, whole and in order', async () => {
    const sent = randomBytes(4 * 1024 * 1024);
    const stream = await dial('echo');
    const received: Buffer[] = [];
    await Promise.all([
      pipeline([sent], stream, { end: true }),
      (async () => {
        for await (const chunk of stream) received.push(chunk);
      })(),
    ]);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('loses nothing to readers that are slower than a program that has ended', async () => {
    const sent = randomBytes(8 * 1024 * 1024);
    const readSlowly = async () => {
      const stream = await dial('echo');
      stream.end(sent);
      const received: Buffer[] = [];
      for await (const chunk of stream) {
        received.push(chunk);
        await pause(2);
      }
      return Buffer.concat(received);
    };
    const all = await Promise.all(Array.from({ length: 8 }, readSlowly));
    expect(all.map((received) => received.equals(sent))).toEqual(all.map(() => true));
  });

  it('tells the program the end of what was written, and still gives its answer', async () => {
    const stream = await dial('count');
    stream.end('x'.repeat(100_000));
    expect(await textOf(stream)).toBe('100000 bytes');
  });

  it('gives the end of a program that closes first', async () => {
    const stream = await dial('greet');
    expect(await textOf(stream)).toBe('hello');
    stream.destroy();
  });

  it('connects to a program that waits for the caller to speak first', async () => {
    const stream = await dial('echo');
    stream.write('a');
    expect(String(await once(stream, 'data'))).toBe('a');
    stream.end();
    await once(stream.resume(), 'close');
  });

  it('holds several streams at once', async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => dial('count')));
    const texts = streams.map((stream, index) => {
      stream.end('x'.repeat(index));
      return textOf(stream);
    });
    expect(await Promise.all(texts)).toEqual(['0 bytes', '1 bytes', '2 bytes', '3 bytes', '4 bytes']);
  });

  it('tells the program when its caller is gone', async () => {
    const caller = await dial('tell');
    await untilItSays(world(), id, 'a caller came');
    caller.destroy();
    await untilItSays(world(), id, 'the caller went');
  });

  it('ends when the container does', async () => {
    const { engine, name } = world();
    const other = await started(world(), { ...serving, name: name('mortal') });
    await untilItSays(world(), other.id, 'listening');
    const stream = await engine.dialSocket(other.id, `${SOCKETS}/tell.sock`);
    const closed = new Promise((resolve) => stream.on('error', () => {}).once('close', resolve));
    stream.resume().on('end', () => stream.end());
    await engine.removeUnit(other.id);
    await closed;
  });

  it('does not connect where nobody listens', async () => {
    await expect(dial('nobody')).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining(`${SOCKETS}/nobody.sock`),
    });
  });

  it('does not connect to a container that does not run or is not there', async () => {
    const { engine, name } = world();
    const idle = await created(world(), { ...serving, name: name('idle') });
    for (const container of [idle, name('missing')]) {
      await expect(engine.dialSocket(container, `${SOCKETS}/echo.sock`)).rejects.toMatchObject({
        code: 'engine-failed',
      });
    }
  });

  it('does not connect for a caller who has gone', async () => {
    const dialling = world().engine.dialSocket(id, `${SOCKETS}/echo.sock`, AbortSignal.abort());
    await expect(dialling).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('leaves a stream open when the signal of its dialling aborts later', async () => {
    const dialling = new AbortController();
    const stream = await world().engine.dialSocket(id, `${SOCKETS}/count.sock`, dialling.signal);
    dialling.abort();
    stream.end('abc');
    expect(await textOf(stream)).toBe('3 bytes');
  });
}
