import { PassThrough } from 'node:stream';
import packet from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cut,
  formatError,
  hasWholeQuestion,
  isAnswerTo,
  isQuery,
  queriedName,
  readDnsMessages,
  serverFailure,
  truncated,
  udpLimit,
  withLength,
} from '../../../src/common/dns-framing.ts';

function aQuery(name: string, edns?: number): Buffer {
  return packet.encode({
    type: 'query',
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    additionals:
      edns === undefined
        ? []
        : [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: edns,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: 0,
              flag_do: false,
              options: [],
            },
          ],
  });
}

describe('DNS messages', () => {
  it('are read from a stream however it is cut', async () => {
    const stream = new PassThrough();
    const bytes = Buffer.concat([withLength(aQuery('one.test')), withLength(aQuery('two.test'))]);
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    stream.end();
    const names: (string | undefined)[] = [];
    for await (const message of readDnsMessages(stream)) names.push(queriedName(message));
    expect(names).toEqual(['one.test', 'two.test']);
  });

  it('tell the queried name in lower case', () => {
    expect(queriedName(aQuery('Vault.Demo.SVC'))).toBe('vault.demo.svc');
    expect(queriedName(Buffer.from('nonsense'))).toBeUndefined();
  });

  it('tell how much their asker can take in a datagram', () => {
    expect(udpLimit(aQuery('a.test'))).toBe(512);
    expect(udpLimit(aQuery('a.test', 1232))).toBe(1232);
  });

  it('are cut to header and question, marked so that the asker comes again', () => {
    const answers = Array.from({ length: 60 }, () => ({
      type: 'A' as const,
      name: 'a.test',
      data: '192.0.2.1',
    }));
    const long = packet.encode({
      type: 'response',
      id: 7,
      questions: [{ type: 'A', name: 'a.test' }],
      answers,
    });
    const short = cut(long);
    expect(truncated(short)).toBe(true);
    expect(packet.decode(short)).toMatchObject({ id: 7, answers: [], questions: [{ name: 'a.test' }] });
  });

  it('say that nobody knows when nobody could be asked', () => {
    const answer = packet.decode(serverFailure(aQuery('a.test')));
    expect(answer).toMatchObject({
      type: 'response',
      id: 7,
      rcode: 'SERVFAIL',
      questions: [{ name: 'a.test' }],
    });
  });
});

describe('bytes that are no DNS message', () => {
  it('are no answer to a query: of another number, no answer at all, broken off, or none', () => {
    const query = aQuery('a.test');
    const answer = packet.encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'a.test' }] });
    const other = packet.encode({ type: 'response', id: 8, questions: [{ type: 'A', name: 'a.test' }] });
    expect(isAnswerTo(query, answer)).toBe(true);
    for (const bytes of [other, query, answer.subarray(0, -1), answer.subarray(0, 3), Buffer.alloc(0)])
      expect(isAnswerTo(query, bytes)).toBe(false);
  });

  it('fit into a datagram once they are cut, whatever they are, as long as they answer a query', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 70_000 }), (bytes) => {
        const message = Buffer.from(bytes);
        message.writeUInt16BE(7);
        message[2] = 0x80;
        if (isAnswerTo(aQuery('a.test'), message)) expect(cut(message).length).toBeLessThanOrEqual(512);
      }),
    );
    const endless = Buffer.concat([aQuery('a.test').subarray(0, 12), Buffer.alloc(60_000, 1)]);
    expect(hasWholeQuestion(endless)).toBe(false);
  });

  it('are an error nowhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const message = Buffer.from(bytes);
        for (const read of [isQuery, hasWholeQuestion, queriedName, udpLimit, truncated]) read(message);
        for (const answer of [cut, serverFailure, formatError])
          expect(answer(message)).toBeInstanceOf(Buffer);
      }),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', aQuery('a.test').subarray(0, 11)],
    ['an answer', packet.encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'a.test' }] })],
  ])('are no query: %s', (_, message) => {
    expect(isQuery(message)).toBe(false);
  });

  it.each([
    ['a question without its class', aQuery('a.test').subarray(0, -1)],
    ['a name that has no end', aQuery('a.test').subarray(0, 15)],
    [
      'a name that points somewhere',
      Buffer.concat([aQuery('a.test').subarray(0, 12), Buffer.alloc(6, 0xc0)]),
    ],
  ])('are answered with a format error: %s', (_, query) => {
    expect([isQuery(query), hasWholeQuestion(query)]).toEqual([true, false]);
    expect(packet.decode(formatError(query))).toMatchObject({
      type: 'response',
      id: 7,
      rcode: 'FORMERR',
      flag_rd: true,
      questions: [],
    });
  });

  it('are not a query whose question is whole, or that has none on purpose', () => {
    const none = packet.encode({ type: 'query', id: 7, questions: [] });
    for (const query of [aQuery('a.test'), aQuery('a.test', 1232), aQuery('.'), none])
      expect([isQuery(query), hasWholeQuestion(query)]).toEqual([true, true]);
  });
});
