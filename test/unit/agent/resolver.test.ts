import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import packet from 'dns-packet';
import { expect, it, onTestFinished } from 'vitest';
import { askNameServers, serveDns } from '../../../src/agent/resolver.ts';
import { withLength } from '../../../src/common/dns-framing.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

/** The system refuses to send there: an address that is not reachable, at once. */
const UNREACHABLE = '255.255.255.255';
/** No machine has a way there, many not even one to any IPv6 address. */
const UNREACHABLE_V6 = '2001:db8::53';
const query = packet.encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'db.test' }] });

/** A name server on 127.0.0.1 that answers each query with itself, as a response. Returns its port. */
async function aNameServer(): Promise<number> {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (asked: Buffer, from: RemoteInfo) => {
    const answer = Buffer.from(asked);
    answer.writeUInt8((answer[2] ?? 0) | 0x80, 2);
    server.send(answer, from.port, from.address);
  });
  onTestFinished(() => {
    server.close();
  });
  return server.address().port;
}

it('a name server that cannot be reached is passed over', async () => {
  const port = await aNameServer();
  const answer = await askNameServers(query, [UNREACHABLE, UNREACHABLE_V6, '127.0.0.1'], port);
  expect(answer === undefined ? undefined : packet.decode(answer)).toMatchObject({ type: 'response', id: 7 });
});

it('without a name server that answers there is no answer', async () => {
  const port = await aNameServer();
  expect(await askNameServers(query, [UNREACHABLE, '127.0.0.2', 'no address'], port)).toBeUndefined();
  expect(await askNameServers(query, [], port)).toBeUndefined();
});

it('what is no query is dropped, and the stream ends when all else is answered', async () => {
  const port = await aNameServer();
  const [stream, gateway] = duplexPair();
  const served = serveDns(stream, ['127.0.0.1'], port);
  gateway.write(withLength(Buffer.from([1])));
  gateway.write(withLength(Buffer.alloc(0)));
  gateway.end(withLength(query));
  const answers = await buffer(gateway);
  await served;
  expect(answers.length).toBe(2 + query.length);
});

it('what is no answer to the query is passed over', async () => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const answer = Buffer.from(query);
  answer[2] = (answer[2] ?? 0) | 0x80;
  const other = Buffer.from(answer);
  other.writeUInt16BE(8);
  server.on('message', (asked: Buffer, from: RemoteInfo) => {
    for (const bytes of [
      asked.subarray(0, 1),
      asked.subarray(0, 3),
      asked,
      other,
      answer.subarray(0, -1),
      answer,
    ])
      server.send(bytes, from.port, from.address);
  });
  expect(await askNameServers(query, ['127.0.0.1'], server.address().port)).toEqual(answer);
});

it('a hosts file is asked before the name servers, and read for each query', async () => {
  const port = await aNameServer();
  const path = join(await mkdtemp(join(tmpdir(), 'hosts-')), 'hosts');
  onTestFinished(() => rm(dirname(path), { recursive: true }));
  const ask = async () => {
    const [stream, gateway] = duplexPair();
    const served = serveDns(stream, ['127.0.0.1'], port, path);
    gateway.end(withLength(query));
    const answer = packet.decode((await buffer(gateway)).subarray(2));
    await served;
    return answer.answers?.map((one) => 'data' in one && one.data);
  };
  expect(await ask()).toEqual([]);
  await writeFile(path, '10.0.0.9 db.test\n');
  expect(await ask()).toEqual(['10.0.0.9']);
});
