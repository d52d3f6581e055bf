import packet from 'dns-packet';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addressesIn,
  answerWith,
  askedAddresses,
  queryForAddresses,
} from '../../../src/common/dns-addresses.ts';
import { hasWholeQuestion, isQuery } from '../../../src/common/dns-framing.ts';

const MARK = Buffer.from('a mark of 16 bytes');
const A = 1;
const AAAA = 28;

it('are asked for by a query that any resolver understands, with a mark in it', () => {
  const query = queryForAddresses(7, 'web', A, MARK);
  expect(packet.decode(query)).toMatchObject({
    type: 'query',
    id: 7,
    flag_rd: true,
    questions: [{ name: 'web', type: 'A', class: 'IN' }],
    additionals: [{ type: 'OPT', udpPayloadSize: 4096 }],
  });
  expect(query.includes(MARK)).toBe(true);
  expect(askedAddresses(query)).toBe(A);
});

it('are read from answers, past other records and names that point elsewhere', () => {
  const answer = packet.encode({
    type: 'response',
    id: 7,
    questions: [{ type: 'AAAA', name: 'web' }],
    answers: [
      { type: 'CNAME', name: 'web', data: 'other.test' },
      { type: 'AAAA', name: 'other.test', ttl: 5, data: 'fd00::7' },
    ],
  });
  const addresses = addressesIn(answer, AAAA);
  expect(addresses?.records).toMatchObject([{ ttl: 5 }]);
  const query = packet.encode({ type: 'query', id: 9, questions: [{ type: 'AAAA', name: 'web.shop.test' }] });
  const rewritten = packet.decode(answerWith(query, AAAA, addresses ?? { rcode: 2, records: [] }));
  expect(rewritten).toMatchObject({ id: 9, rcode: 'NOERROR', questions: [{ name: 'web.shop.test' }] });
  expect(rewritten.answers).toMatchObject([{ name: 'web.shop.test', type: 'AAAA', ttl: 5, data: 'fd00::7' }]);
});

it('are asked for by no query of another type, class or number of questions', () => {
  const mx = packet.encode({ type: 'query', id: 7, questions: [{ type: 'MX', name: 'web' }] });
  const chaos = packet.encode({ type: 'query', id: 7, questions: [{ type: 'A', class: 'CH', name: 'web' }] });
  for (const query of [mx, chaos, packet.encode({ type: 'query', id: 7, questions: [] })])
    expect(askedAddresses(query)).toBeUndefined();
});

it('are a value whatever the bytes are', () => {
  const header = fc.constantFrom(
    [0, 7, 0x80, 0, 0, 1, 0, 3, 0, 0, 0, 0],
    [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
  );
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
      const message = Buffer.concat([Buffer.from(head), rest]);
      askedAddresses(message);
      for (const type of [A, AAAA])
        for (const { address } of addressesIn(message, type)?.records ?? [])
          expect(address.length).toBe(type === A ? 4 : 16);
      if (isQuery(message) && hasWholeQuestion(message))
        expect(packet.decode(answerWith(message, A, { rcode: 3, records: [] }))).toMatchObject({ id: 7 });
    }),
  );
});
