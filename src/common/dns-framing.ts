import type { Duplex } from 'node:stream';
import { GrowingBuffer } from './growing-buffer.ts';

/** A DNS message with its length before it, as DNS over TCP has it (RFC 1035, 4.2.2). */
export function withLength(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(message.length + 2);
  framed.writeUInt16BE(message.length);
  message.copy(framed, 2);
  return framed;
}

/** The messages on a stream of such, until it ends. Errors: the stream's own. */
export async function* readDnsMessages(stream: Duplex): AsyncGenerator<Buffer> {
  const seen = new GrowingBuffer();
  // The stream is still needed for answers when its reading side has ended.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    seen.add(chunk);
    while (seen.length >= 2 && seen.length >= 2 + seen.view().readUInt16BE())
      yield seen.take(2 + seen.view().readUInt16BE()).subarray(2);
  }
}

/** Whether an answer says that it had to be cut (bit TC of the header). */
export function truncated(message: Buffer): boolean {
  return ((message[2] ?? 0) & 0x02) !== 0;
}

/** Bytes of the header that every message begins with (RFC 1035, 4.1.1). */
const HEADER_BYTES = 12;

/** Whether bytes can be answered at all: a whole header, which is not that of an answer. */
export function isQuery(message: Buffer): boolean {
  return message.length >= HEADER_BYTES && ((message[2] ?? 0) & 0x80) === 0;
}

/** Whether a message answers a query: a whole header, that of an answer and with the number of the query, a whole question. */
export function isAnswerTo(query: Buffer, message: Buffer): boolean {
  const answers = message.length >= HEADER_BYTES && ((message[2] ?? 0) & 0x80) !== 0;
  return answers && message.readUInt16BE() === query.readUInt16BE() && hasWholeQuestion(message);
}

/** Whether an answer says that the name exists, also when it has no record of the type that was asked for (NOERROR). */
export function isKnown(answer: Buffer): boolean {
  return ((answer[3] ?? 0) & 0x0f) === 0;
}

/** Most bytes of a name (RFC 1035, 2.3.4). */
const MOST_NAME_BYTES = 255;

/** Whether the question of a message does not break off; also true when it has none. */
export function hasWholeQuestion(message: Buffer): boolean {
  if (message.length < HEADER_BYTES) return false;
  if (message.readUInt16BE(4) === 0) return true;
  let at = HEADER_BYTES;
  for (let label = message[at]; label !== 0; label = message[at]) {
    // The first name of a message has no other to point to.
    if (label === undefined || label > 63) return false;
    at += 1 + label;
    if (at - HEADER_BYTES >= MOST_NAME_BYTES) return false;
  }
  return at + 5 <= message.length;
}

/** The queried name in lower case, without a final dot; undefined when the message is no query with one question. */
export function queriedName(message: Buffer): string | undefined {
  if (message.length < 17 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  for (let at = 12; ; ) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    if (length === 0) return labels.join('.').toLowerCase();
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** What an asker over UDP can take, in bytes: 512, or what its EDNS record (RFC 6891) says. */
export function udpLimit(query: Buffer): number {
  // The OPT record is the only additional record of a query in practice, and its name is the root.
  const additional = query.length >= 12 ? query.readUInt16BE(10) : 0;
  if (additional !== 1) return 512;
  for (let at = 12; at + 11 <= query.length; at += 1) {
    if (query[at] === 0 && query.readUInt16BE(at + 1) === 41)
      return Math.max(512, query.readUInt16BE(at + 3));
  }
  return 512;
}

/** The header and question of an answer that is too long, marked as cut, so that the asker comes again over TCP. */
export function cut(answer: Buffer): Buffer {
  const isAsked = answer.length >= HEADER_BYTES && answer.readUInt16BE(4) > 0;
  let end = HEADER_BYTES;
  if (isAsked) while (end < answer.length && answer[end] !== 0) end += 1 + (answer[end] ?? 0);
  const head = Buffer.from(answer.subarray(0, isAsked ? end + 5 : end));
  head[2] = (head[2] ?? 0) | 0x02;
  return head.fill(0, Math.min(6, head.length), Math.min(HEADER_BYTES, head.length));
}

/** The answer to a query that could not be asked: SERVFAIL (RCODE 2). */
export function serverFailure(query: Buffer): Buffer {
  const answer = cut(query);
  answer[2] = ((answer[2] ?? 0) & 0x79) | 0x80;
  answer[3] = 0x82;
  return answer;
}

/** The answer to a query that cannot be understood: FORMERR (RCODE 1), without the question. */
export function formatError(query: Buffer): Buffer {
  const answer = Buffer.alloc(HEADER_BYTES);
  query.copy(answer, 0, 0, 4);
  answer[2] = ((answer[2] ?? 0) & 0x79) | 0x80;
  answer[3] = 0x81;
  return answer;
}
