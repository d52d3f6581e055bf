import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type IncomingStream,
  openTunnel,
  pump,
  serveTunnel,
  socketEndpoint,
  type Tunnel,
} from '../../../src/tunnel/index.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Two ends of one TCP connection on loopback, as the real tunnel has them. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = dial({ port: portOf(server), host: '127.0.0.1' });
  const [served] = await once(server, 'connection');
  cleanups.push(
    () => server.close(),
    () => client.destroy(),
    () => served.destroy(),
  );
  return [client, served];
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function aTunnel(onStream: (incoming: IncomingStream) => void): Promise<Tunnel> {
  const [left, right] = await socketPair();
  const served = serveTunnel(right, onStream);
  const tunnel = openTunnel(left);
  cleanups.push(
    () => tunnel.destroy(),
    () => served.destroy(),
  );
  return tunnel;
}

const somewhere = { kind: 'tcp', host: '127.0.0.1', port: 80 } as const;

describe('a tunnel', () => {
  it('carries a target and both directions of a stream, each closed on its own', async () => {
    const targets: unknown[] = [];
    const tunnel = await aTunnel((incoming) => {
      targets.push(incoming.target);
      incoming.accept();
      void text(incoming.stream).then((asked) => incoming.stream.end(`answer to ${asked}`));
    });
    const { stream, accepted } = tunnel.open({ kind: 'tcp', host: 'fd00::1', port: 8155 });
    stream.end('question');
    await accepted;
    expect(await text(stream)).toBe('answer to question');
    expect(targets).toEqual([{ kind: 'tcp', host: 'fd00::1', port: 8155 }]);
  });

  it('delivers bytes that were written before the other end accepted', async () => {
    let incoming: IncomingStream | undefined;
    const arrived = new Promise<void>((resolve) => {
      void aTunnel((made) => {
        incoming = made;
        resolve();
      }).then((tunnel) => tunnel.open(somewhere).stream.end('early'));
    });
    await arrived;
    incoming?.accept();
    expect(incoming && (await text(incoming.stream))).toBe('early');
  });

  it('whose stream is refused breaks the connection that was joined with it, and does not end it', async () => {
    const tunnel = await aTunnel((incoming) => incoming.refuse());
    const [caller, taken] = await socketPair();
    pump(socketEndpoint(taken), tunnel.open(somewhere));
    caller.resume();
    const [error] = await once(caller, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  it('tells a refusal apart from an accepted stream', async () => {
    const tunnel = await aTunnel((incoming) => incoming.refuse());
    const { accepted } = tunnel.open(somewhere);
    await expect(accepted).rejects.toThrow('no connection to 127.0.0.1:80: status 502');
  });

  it.each(['opener', 'server'])(
    'survives thousands of streams aborted by the %s',
    async (side) => {
      const incoming: IncomingStream[] = [];
      const tunnel = await aTunnel((made) => {
        made.accept();
        made.stream.resume();
        incoming.push(made);
      });
      for (let round = 0; round < 50; round += 1) {
        const opened = Array.from({ length: 100 }, () => tunnel.open(somewhere));
        await Promise.all(opened.map(({ accepted }) => accepted));
        const made = incoming.splice(0);
        const closed = [...opened, ...made].map(
          ({ stream }) => new Promise((done) => stream.once('close', done)),
        );
        for (const endpoint of side === 'opener' ? opened : made) endpoint.abort();
        await Promise.all(closed);
      }
      const { accepted } = tunnel.open(somewhere);
      await expect(accepted).resolves.toBeUndefined();
    },
    30_000,
  );

  it('carries a broken connection as a broken connection, in both directions', async () => {
    const backend = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    const front = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    cleanups.push(
      () => backend.close(),
      () => front.close(),
    );
    await Promise.all([once(backend, 'listening'), once(front, 'listening')]);
    const tunnel = await aTunnel((incoming) => {
      const socket = dial({ port: portOf(backend), host: '127.0.0.1', allowHalfOpen: true });
      socket.once('connect', () => {
        incoming.accept();
        pump(incoming, socketEndpoint(socket));
      });
    });
    front.on('connection', (socket) => pump(socketEndpoint(socket), tunnel.open(somewhere)));
    for (const breaker of ['client', 'server']) {
      const client = dial({ port: portOf(front), host: '127.0.0.1' });
      const [served] = await once(backend, 'connection');
      client.write('x');
      await once(served, 'data');
      const [broken, other] = breaker === 'client' ? [client, served] : [served, client];
      const failure = once(other, 'error');
      broken.resetAndDestroy();
      expect(await failure).toMatchObject([{ code: 'ECONNRESET' }]);
    }
  });

  it('ends a stream soon that its pump breaks off in the middle of an answer', async () => {
    const [left, right] = await socketPair();
    // An end of another make: it takes no notice of the break and says all that it has to say.
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200 });
      stream.write(Buffer.alloc(64 * 1024));
      stream.once('end', () => stream.end(Buffer.alloc(256 * 1024)));
      stream.resume();
    });
    server.emit('connection', right);
    const tunnel = openTunnel(left);
    cleanups.push(() => tunnel.destroy());
    const opened = tunnel.open(somewhere);
    const [client, caller] = await socketPair();
    pump(socketEndpoint(caller), opened);
    await once(client, 'data');
    const closed = once(opened.stream, 'close');
    client.resetAndDestroy();
    await closed;
  }, 3000);

  it('holds a writer back when nobody reads, and lets other streams pass meanwhile', async () => {
    let first: Duplex | undefined;
    const tunnel = await aTunnel((incoming) => {
      incoming.accept();
      if (first === undefined) first = incoming.stream;
      else incoming.stream.end('quick');
    });
    const slow = tunnel.open(somewhere);
    await slow.accepted;
    const megabyte = Buffer.alloc(1024 * 1024);
    let written = 0;
    while (slow.stream.write(megabyte) || written < 4) written += 1;
    expect(written).toBeLessThan(20);
    const quick = tunnel.open(somewhere);
    quick.stream.end();
    expect(await text(quick.stream)).toBe('quick');
    slow.stream.end();
    if (first === undefined) throw new Error('no stream arrived');
    expect((await buffer(first)).length).toBe((written + 1) * megabyte.length);
  });

  it('rejects streams and says so when its connection breaks', async () => {
    const [left, right] = await socketPair();
    serveTunnel(right, () => {});
    const tunnel = openTunnel(left);
    const { accepted } = tunnel.open(somewhere);
    right.destroy();
    await expect(accepted).rejects.toThrow('the tunnel closed');
    await tunnel.closed;
  });

  it('notices silence, recovers from it, and gives a dead connection up', async () => {
    const [left, right] = await socketPair();
    const said: string[] = [];
    const pulse = { intervalMs: 20, silentAfterMs: 60, deadAfterMs: 600 };
    let heardAgain = () => {};
    const heard = new Promise<void>((resolve) => {
      heardAgain = resolve;
    });
    let gone = () => {};
    const silent = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const tunnel = openTunnel(
      left,
      {
        onSilent: () => {
          said.push('silent');
          gone();
        },
        onHeard: () => {
          said.push('heard');
          heardAgain();
        },
      },
      pulse,
    );
    await silent;
    serveTunnel(right, () => {}, {}, { ...pulse, deadAfterMs: 60_000 });
    await heard;
    right.pause();
    expect(said.slice(0, 2)).toEqual(['silent', 'heard']);
    right.destroy();
    await tunnel.closed;
  });
});
