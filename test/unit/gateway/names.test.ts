import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket as TcpSocket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import packet from 'dns-packet';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readDnsMessages, withLength } from '../../../src/common/dns-framing.ts';
import { Names } from '../../../src/gateway/names.ts';
import { Outbound } from '../../../src/gateway/outbound.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const ANSWER = '10.1.2.3';
const OWN_ADDRESS = '172.22.0.4';
const NXDOMAIN = 3;
let port: number;

function aQuery(name: string, type: 'A' | 'AAAA' | 'MX' = 'A'): Buffer {
  return packet.encode({ type: 'query', id: 7, questions: [{ type, name }] });
}

/** A workload whose resolver knows one address for every name, or for these. */
function aWorkload(knows: (name: string) => boolean = () => true): Outbound {
  const outbound = new Outbound();
  outbound.use({
    open: () => {
      const [stream, resolver] = duplexPair();
      void (async () => {
        for await (const query of readDnsMessages(resolver)) {
          const { id, questions } = packet.decode(query);
          const name = questions?.[0]?.name ?? '';
          const answers = knows(name) ? [{ type: 'A', name, ttl: 1, data: ANSWER } as const] : [];
          const flags = knows(name) ? 0 : NXDOMAIN;
          const about = { id: id ?? 0, flags, questions: questions ?? [] };
          resolver.end(withLength(packet.encode({ type: 'response', ...about, answers })));
        }
      })();
      return { stream, accepted: Promise.resolve(), abort: () => stream.destroy() };
    },
    closed: new Promise(() => {}),
    destroy: () => {},
  });
  return outbound;
}

async function aPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** On a port that is free in both protocols, as far as that can be known before. */
async function listening(make: () => Names, tries = 10): Promise<void> {
  port = await aPort();
  try {
    await make().listen(port);
  } catch (error) {
    if (tries === 0) throw error;
    await listening(make, tries - 1);
  }
}

function anAsker(): Socket {
  const socket = createSocket('udp4');
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

beforeEach(async () => {
  await listening(() => new Names(aWorkload()));
});

it('a lookup is answered by the workload', async () => {
  const asker = anAsker();
  asker.send(aQuery('db.test'), port, '127.0.0.1');
  const [answer] = await once(asker, 'message');
  expect(packet.decode(answer).answers).toMatchObject([{ name: 'db.test', data: ANSWER }]);
});

it('datagrams that are no queries are dropped, and the next lookup is answered', async () => {
  const asker = anAsker();
  for (const bytes of [[1], [], [1, 2], Array(11).fill(0)]) asker.send(Buffer.from(bytes), port, '127.0.0.1');
  asker.send(aQuery('db.test'), port, '127.0.0.1');
  const [answer] = await once(asker, 'message');
  expect(packet.decode(answer).answers).toMatchObject([{ name: 'db.test' }]);
});

it('a query that is broken off is answered with a format error', async () => {
  const asker = anAsker();
  asker.send(aQuery('db.test').subarray(0, -3), port, '127.0.0.1');
  const [answer] = await once(asker, 'message');
  expect(packet.decode(answer)).toMatchObject({ id: 7, rcode: 'FORMERR' });
});

it('over TCP, too, what is no query is dropped and the rest is answered', async () => {
  const asker = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  asker.write(withLength(Buffer.from([1])));
  asker.write(withLength(Buffer.alloc(0)));
  asker.end(withLength(aQuery('db.test')));
  const answers = await buffer(asker);
  expect(answers.readUInt16BE()).toBe(answers.length - 2);
  expect(packet.decode(answers.subarray(2)).answers).toMatchObject([{ name: 'db.test' }]);
});

describe('names of the file', () => {
  /** An engine that knows the container `web`, and hands what it does not know on to the gateway, as it would its lookups. */
  async function anEngine() {
    const asked: string[] = [];
    const server = createServer({ allowHalfOpen: true }, async (socket: TcpSocket) => {
      for await (const query of readDnsMessages(socket)) {
        const { id, questions } = packet.decode(query);
        const { name = '', type = 'A' } = questions?.[0] ?? {};
        asked.push(`${type} ${name}`);
        const knows = name === 'web' && ['A', 'AAAA'].includes(type);
        const answers = type === 'A' ? [{ type: 'A', name, ttl: 600, data: OWN_ADDRESS } as const] : [];
        socket.end(
          withLength(
            knows
              ? packet.encode({ type: 'response', id: id ?? 0, questions: questions ?? [], answers })
              : await handedOn(query),
          ),
        );
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    return { asked, at: { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 } };
  }

  async function handedOn(query: Buffer): Promise<Buffer> {
    const asker = anAsker();
    asker.send(query, port, '127.0.0.1');
    return (await once(asker, 'message'))[0];
  }

  async function aGateway({
    own = ['web', 'worker'],
    bridged = [] as string[],
    addresses = [] as { name: string; address: string }[],
    knows = (_: string) => true,
  }) {
    const engine = await anEngine();
    await listening(() => {
      const names = new Names(aWorkload(knows), engine.at);
      names.setOwnNames({ own, bridged }, 'shop.svc.cluster.local');
      names.setAddresses(addresses);
      return names;
    });
    const look = async (name: string, type: 'A' | 'AAAA' | 'MX' = 'A') =>
      packet.decode(await handedOn(aQuery(name, type)));
    return { asked: engine.asked, look };
  }

  it('are the addresses of containers, whose bare names alone the engine knows', async () => {
    const { look, asked } = await aGateway({});
    for (const name of ['web', 'web.shop.svc.cluster.local', 'Web.Shop.svc.cluster.local']) {
      const answer = await look(name);
      expect(answer).toMatchObject({ id: 7, rcode: 'NOERROR', questions: [{ name }] });
      expect(answer.answers).toMatchObject([{ type: 'A', name, data: OWN_ADDRESS, ttl: 600 }]);
    }
    expect(asked).toEqual(['A web', 'A web', 'A web']);
    expect((await look('web.other.svc.cluster.local')).answers).toMatchObject([{ data: ANSWER }]);
  });

  it('have no other records, and the engine is not asked for them', async () => {
    const { look, asked } = await aGateway({});
    expect(await look('web', 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(await look('web', 'MX')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(asked).toEqual(['AAAA web']);
  });

  it('do not exist while their containers do not, which the engine asks once and not for ever', async () => {
    const { look, asked } = await aGateway({});
    expect(await look('worker.shop.svc.cluster.local')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    expect(asked).toEqual(['A worker']);
  });

  it('are those of the workload where they take its traffic, and of containers where it knows none', async () => {
    const { look, asked } = await aGateway({
      own: [],
      bridged: ['web'],
      knows: (name) => name === 'web.shop.svc.cluster.local',
    });
    expect((await look('web.shop.svc.cluster.local')).answers).toMatchObject([{ data: ANSWER }]);
    expect(asked).toEqual([]);
    expect((await look('web')).answers).toMatchObject([{ name: 'web', data: OWN_ADDRESS }]);
  });

  it('are unknown where neither knows them', async () => {
    const { look } = await aGateway({ own: [], bridged: ['worker'], knows: () => false });
    expect(await look('worker')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
  });

  const elsewhere = [{ name: 'db', address: '198.51.100.7' }];

  it('have the address that the session says, and nothing else, where no container has them', async () => {
    const { look, asked } = await aGateway({ own: ['db'], addresses: elsewhere });
    for (const name of ['db', 'DB.shop.svc.cluster.local'])
      expect((await look(name)).answers).toMatchObject([{ type: 'A', name, data: '198.51.100.7' }]);
    expect(await look('db', 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(await look('db', 'MX')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(asked).toEqual([]);
  });

  it('are the workload’s before such an address where they take its traffic', async () => {
    const { look } = await aGateway({
      own: [],
      bridged: ['db'],
      addresses: elsewhere,
      knows: (name) => name === 'db.shop.svc.cluster.local',
    });
    expect((await look('db.shop.svc.cluster.local')).answers).toMatchObject([{ data: ANSWER }]);
    expect((await look('db')).answers).toMatchObject([{ data: '198.51.100.7' }]);
  });
});
