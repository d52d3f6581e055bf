import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import packet from 'dns-packet';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { readDnsMessages, withLength } from '../../../src/common/dns-framing.ts';
import { Names } from '../../../src/gateway/names.ts';
import { Outbound } from '../../../src/gateway/outbound.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const ANSWER = '10.1.2.3';
let port: number;

function aQuery(name: string): Buffer {
  return packet.encode({ type: 'query', id: 7, questions: [{ type: 'A', name }] });
}

/** A workload whose resolver knows one address for every name. */
function aWorkload(): Outbound {
  const outbound = new Outbound();
  outbound.use({
    open: () => {
      const [stream, resolver] = duplexPair();
      void (async () => {
        for await (const query of readDnsMessages(resolver)) {
          const { id, questions } = packet.decode(query);
          const name = questions?.[0]?.name ?? '';
          const answers = [{ type: 'A', name, ttl: 1, data: ANSWER }] as const;
          resolver.end(withLength(packet.encode({ type: 'response', id: id ?? 0, answers: [...answers] })));
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

function anAsker(): Socket {
  const socket = createSocket('udp4');
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

beforeEach(async () => {
  port = await aPort();
  await new Names(aWorkload()).listen(port);
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
