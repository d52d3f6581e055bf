import { hasWholeQuestion } from './dns-framing.ts';

/** Record types of addresses, with the bytes of one. */
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [28, 16],
]);

const HEADER_BYTES = 12;
const IN = 1;
const OPT = 41;

/** An option of EDNS (RFC 6891) for local use. */
const MARK_OPTION = 65_001;

/** Where owner names of our answers point to: the question, which follows the header. */
const TO_THE_QUESTION = 0xc000 | HEADER_BYTES;

/** The answers to a question for addresses: how it went (RCODE), and the addresses with their times to live. */
export interface Addresses {
  readonly rcode: number;
  readonly records: readonly { readonly ttl: number; readonly address: Buffer }[];
}

/** Type of the addresses that a query with one question asks for; undefined when it asks for something else. */
export function askedAddresses(query: Buffer): number | undefined {
  if (query.readUInt16BE(4) !== 1 || !hasWholeQuestion(query)) return undefined;
  const end = endOfQuestion(query);
  const type = query.readUInt16BE(end - 4);
  return query.readUInt16BE(end - 2) === IN && ADDRESS_BYTES.has(type) ? type : undefined;
}

/** A query for the addresses of a name, with a mark that stays in it wherever it is handed on. */
export function queryForAddresses(id: number, name: string, type: number, mark: Buffer): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  const question = [...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.alloc(1)];
  const option = Buffer.concat([words(MARK_OPTION, mark.length), mark]);
  return Buffer.concat([
    words(id, 0x0100, 1, 0, 0, 1),
    ...question,
    words(type, IN),
    Buffer.alloc(1),
    words(OPT, 4096, 0, 0, option.length),
    option,
  ]);
}

/** What an answer says of addresses of a type; records of other types are left out. Undefined when it breaks off. */
export function addressesIn(answer: Buffer, type: number): Addresses | undefined {
  if (answer.readUInt16BE(4) !== 1 || !hasWholeQuestion(answer)) return undefined;
  const records: { ttl: number; address: Buffer }[] = [];
  let at = endOfQuestion(answer);
  for (let left = answer.readUInt16BE(6); left > 0; left -= 1) {
    const fields = endOfName(answer, at);
    if (fields + 10 > answer.length) return undefined;
    const length = answer.readUInt16BE(fields + 8);
    at = fields + 10 + length;
    if (at > answer.length) return undefined;
    if (answer.readUInt16BE(fields) === type && length === ADDRESS_BYTES.get(type))
      records.push({ ttl: answer.readUInt32BE(fields + 4), address: answer.subarray(at - length, at) });
  }
  return { rcode: (answer[3] ?? 0) & 0x0f, records };
}

/** The answer to a query of one question: these addresses, under the name that was asked for. */
export function answerWith(query: Buffer, type: number, { rcode, records }: Addresses): Buffer {
  const asked = query.subarray(0, endOfQuestion(query));
  const head = Buffer.from(asked);
  head[2] = ((head[2] ?? 0) & 0x79) | 0x80;
  head[3] = 0x80 | rcode;
  words(records.length, 0, 0).copy(head, 6);
  const answers = records.map(({ ttl, address }) => {
    const fields = Buffer.alloc(12);
    words(TO_THE_QUESTION, type, IN).copy(fields);
    fields.writeUInt32BE(ttl, 6);
    fields.writeUInt16BE(address.length, 10);
    return Buffer.concat([fields, address]);
  });
  return Buffer.concat([head, ...answers]);
}

/** How long an address may be remembered that stands for a name by our own word, seconds: it stays the same. */
const OWN_TTL = 60;

/** The answer to a query of one question for a name that has one IPv4 address and nothing else. */
export function answerWithAddress(query: Buffer, address: string): Buffer {
  const type = askedAddresses(query) ?? 0;
  const records = [{ ttl: OWN_TTL, address: Buffer.from(address.split('.').map(Number)) }];
  return answerWith(query, type, { rcode: 0, records: ADDRESS_BYTES.get(type) === 4 ? records : [] });
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2);
  return bytes;
}

/** Of a message whose question is whole and the only one. */
function endOfQuestion(message: Buffer): number {
  return endOfName(message, HEADER_BYTES) + 4;
}

/** The first byte after a name, which a pointer to another one may end. Beyond the message when the name breaks off. */
function endOfName(message: Buffer, from: number): number {
  let at = from;
  for (let label = message[at]; label !== 0; label = message[at]) {
    if (label === undefined) return message.length + 1;
    if (label > 63) return at + 2;
    at += 1 + label;
  }
  return at + 1;
}
