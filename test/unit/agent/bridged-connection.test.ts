import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { bridge } from '../../../src/agent/bridged-connection.ts';
import { drainConnections, OpenConnections } from '../../../src/agent/drain.ts';
import { passThrough } from '../../../src/agent/passed-connection.ts';
import { type IncomingStream, openTunnel, serveTunnel, type Tunnel } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function aTunnel(onStream: (incoming: IncomingStream) => void): Promise<Tunnel> {
  const [left, right] = await aSocketPair();
  serveTunnel(right, onStream);
  const tunnel = openTunnel(left);
  onTestFinished(() => tunnel.destroy());
  return tunnel;
}

/** An original that says how much it was asked. */
async function anOriginal(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await once(socket, 'end');
    socket.end(`original got ${bytes}`);
  });
  return await listening(server);
}

/** A client whose connection to port 80 is bridged, with the original at hand. */
async function aBridged(onStream: (incoming: IncomingStream) => void) {
  const [client, caller] = await aSocketPair();
  const tunnel = await aTunnel(onStream);
  const original = await anOriginal();
  const bridged = new OpenConnections();
  const passed = new OpenConnections();
  bridge(caller, { tunnel, to: 8080, over: () => {} }, { port: 80, early: [] }, bridged, (early) =>
    passThrough(caller, connect({ port: original, allowHalfOpen: true }), early, 80, passed),
  );
  return { client, caller, tunnel, bridged, passed };
}

it('a caller whom the service refuses is answered by the original, with all it has sent', async () => {
  const { client, bridged, passed } = await aBridged((incoming) => {
    // Only after more has come than is kept.
    let bytes = 0;
    incoming.stream.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= 64 * 1024) incoming.refuse();
    });
  });
  client.end(Buffer.alloc(1024 * 1024));
  expect(await text(client)).toBe(`original got ${1024 * 1024}`);
  expect(bridged.all()).toEqual([]);
  await expect.poll(() => passed.all()).toEqual([]);
});

it('a caller is answered by the original when the tunnel breaks before the service has accepted', async () => {
  const { client, tunnel } = await aBridged((incoming) =>
    incoming.stream.once('data', () => tunnel.destroy()),
  );
  client.end('question');
  expect(await text(client)).toBe('original got 8');
});

it('a caller that the service has accepted is followed until both are done', async () => {
  const { client, bridged } = await aBridged((incoming) => {
    incoming.accept();
    incoming.stream.resume();
    incoming.stream.end('service');
  });
  expect(bridged.of(80)).toHaveLength(1);
  client.end('question');
  expect(await text(client)).toBe('service');
  await expect.poll(() => bridged.of(80)).toEqual([]);
});

it('a caller that breaks off before the service has accepted takes its stream with it', async () => {
  let closed = new Promise<void>(() => {});
  const { client, bridged, passed } = await aBridged((incoming) => {
    closed = new Promise((resolve) => incoming.stream.once('close', resolve));
    incoming.stream.once('data', () => client.resetAndDestroy());
  });
  client.write('question');
  await expect.poll(() => bridged.all()).toEqual([]);
  await closed;
  expect(passed.all()).toEqual([]);
});

it('a caller whom the service refuses is not touched by those who wait for the end of what goes there', async () => {
  const { client, bridged } = await aBridged((incoming) => setTimeout(() => incoming.refuse(), 50));
  const ends: string[] = [];
  client.on('end', () => ends.push('told that it is over'));
  const drained = drainConnections(bridged.all(), { deadlineMs: 400, streamsEnd: 'soon' });
  expect(await drained).toEqual([]);
  // Longer than a caller who says nothing is left alone, and than what is in flight may take.
  await pause(600);
  expect(ends).toEqual([]);
  client.end('question');
  expect(await text(client)).toBe('original got 8');
});
