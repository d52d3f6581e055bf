import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Neighbourhood } from '../../../src/connection/neighbourhood.ts';
import type { Neighbour } from '../../../src/connection/operation.ts';
import { serveNeighbours } from '../../../src/gateway/from-neighbours.ts';
import type { DuplexRole } from '../../../src/protocol/index.ts';
import { openTunnel, serveTunnel, type Tunnel } from '../../../src/tunnel/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const DB: Neighbour = { address: '198.51.100.7', names: ['db'], service: 'db' };
const MACHINE: Neighbour = { address: '198.51.100.1', names: [], service: undefined };

/** The end of a gateway: its service listens on these addresses. */
function aGateway(addresses: readonly string[] = [], publishedPorts: readonly number[] = []) {
  const dialled: DuplexRole[] = [];
  let out: Tunnel | undefined;
  let inner: Duplex | undefined;
  let end = () => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const serve = serveNeighbours({ addresses: () => addresses, publishedPorts });
  return {
    dialled,
    end,
    cut: () => inner?.destroy(),
    link: {
      closed,
      dial: async (role: DuplexRole) => {
        dialled.push(role);
        const [near, far] = duplexPair();
        inner = far;
        if (role === 'to-neighbours') out = openTunnel(far);
        else serveTunnel(far, serve);
        return near;
      },
    },
    /** What the service hears from a neighbour. */
    async ask(address: string, port: number): Promise<string> {
      const way = await vi.waitFor(() => {
        if (out === undefined) throw new Error('there is no way out');
        return out;
      });
      const { stream, accepted } = way.open({ kind: 'tcp', host: address, port });
      stream.end('hello');
      await accepted;
      return (await buffer(stream)).toString();
    },
  };
}

/** Something that listens at an address, and says who it is. */
async function aServer(word: string, host: string): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    let heard = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => (heard += chunk));
    socket.on('end', () => socket.end(`${word} heard ${heard}`));
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

let neighbourhood: Neighbourhood;
let signal: AbortSignal;
let port: number;
const app = () => {
  const gateway = aGateway();
  void neighbourhood.serve('app', gateway.link, [DB, MACHINE], signal);
  return gateway;
};
const enter = (service: string, gateway: ReturnType<typeof aGateway>) =>
  neighbourhood.enter(service, gateway.link, signal);

beforeEach(async () => {
  neighbourhood = new Neighbourhood();
  const ending = new AbortController();
  signal = ending.signal;
  onTestFinished(() => ending.abort());
  // In place of the address of a network: loopback's second one.
  port = await aServer('db', '127.0.0.2');
});

describe('a connection of a service to a neighbour', () => {
  it('goes through the gateways of both, the second of which is asked when somebody wants to go there', async () => {
    const db = aGateway(['127.0.0.2']);
    enter('db', db);
    const caller = app();
    expect(db.dialled).toEqual([]);
    expect(await caller.ask(DB.address, port)).toBe('db heard hello');
    expect(await caller.ask(DB.address, port)).toBe('db heard hello');
    expect([caller.dialled, db.dialled]).toEqual([['to-neighbours'], ['from-neighbours']]);
  });

  it('waits a moment for a gateway that is being made, and goes by one that took the place of another', async () => {
    const caller = app();
    const asked = caller.ask(DB.address, port);
    const first = aGateway(['127.0.0.2']);
    enter('db', first);
    expect(await asked).toBe('db heard hello');
    first.end();
    first.cut();
    enter('db', aGateway(['127.0.0.2']));
    expect(await caller.ask(DB.address, port)).toBe('db heard hello');
  });

  it('finds its way again when the tunnels break', async () => {
    const db = aGateway(['127.0.0.2']);
    enter('db', db);
    const caller = app();
    expect(await caller.ask(DB.address, port)).toBe('db heard hello');
    db.cut();
    caller.cut();
    await vi.waitFor(async () => expect(await caller.ask(DB.address, port)).toBe('db heard hello'));
  });

  it('does not reach what listens on loopback alone, unless it is published', async () => {
    const inner = await aServer('inner', '127.0.0.1');
    enter('db', aGateway(['127.0.0.2']));
    await expect(app().ask(DB.address, inner)).rejects.toThrow('502');
  });

  it('reaches what is published also on loopback', async () => {
    const inner = await aServer('inner', '127.0.0.1');
    enter('db', aGateway(['127.0.0.2'], [inner]));
    expect(await app().ask(DB.address, inner)).toBe('inner heard hello');
  });

  it('is refused where it leads to no neighbour of it', async () => {
    enter('db', aGateway(['127.0.0.2']));
    await expect(app().ask('198.51.100.8', port)).rejects.toThrow('502');
    await expect(app().ask('127.0.0.2', port)).rejects.toThrow('502');
  });
});

it('a connection to this machine comes to its loopback', async () => {
  const here = await aServer('here', '127.0.0.1');
  expect(await app().ask(MACHINE.address, here)).toBe('here heard hello');
});

it('nothing is asked of a gateway whose service has no neighbours', async () => {
  const gateway = aGateway();
  await neighbourhood.serve('app', gateway.link, [], signal);
  expect(gateway.dialled).toEqual([]);
});
