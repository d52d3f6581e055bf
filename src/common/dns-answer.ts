import { ipBytes } from './ip-bytes.ts';

/** Types of records (RFC 1035, 3.2.2; RFC 3596). */
export const recordType = { a: 1, ptr: 12, aaaa: 28 } as const;

const CLASS_IN = 1;
/** Seconds that an answer may be kept: what stands in a file may change at any time. */
const TTL = 5;
/** The name of a record is that of the question, which stands behind the header. */
const SAME_NAME = 0xc00c;

/** What a query asks for, as numbers; its question must be whole, see `hasWholeQuestion`. */
export function questionOf(query: Buffer): { readonly type: number; readonly isInternet: boolean } {
  const end = questionEnd(query);
  return { type: query.readUInt16BE(end - 4), isInternet: query.readUInt16BE(end - 2) === CLASS_IN };
}

/**
 * An answer with these records of one type and no others: addresses, or names for `ptr`. With none it says that the name
 * exists and has no such record. Its question must be whole.
 */
export function answerWith(query: Buffer, type: number, values: readonly string[]): Buffer {
  const head = Buffer.from(query.subarray(0, questionEnd(query)));
  // An answer, by who knows it himself; the bits of what was wanted stay.
  head[2] = ((head[2] ?? 0) & 0x79) | 0x84;
  head[3] = 0x80;
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(values.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...values.map((value) => record(type, value))]);
}

function record(type: number, value: string): Buffer {
  const data = type === recordType.ptr ? encodedName(value) : (ipBytes(value) ?? Buffer.alloc(0));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(SAME_NAME, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(TTL, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encodedName(name: string): Buffer {
  const labels = name.split('.').map((label) => {
    const bytes = Buffer.from(label, 'latin1').subarray(0, 63);
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function questionEnd(query: Buffer): number {
  let at = 12;
  for (let label = query[at] ?? 0; label !== 0; label = query[at] ?? 0) at += 1 + label;
  return at + 5;
}
