import { isNamed, parseFields } from './fields.ts';
import { framingDoubt } from './framing.ts';
import type { Field, RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { Unreadable } from './unreadable.ts';

/** Heads may be so long, bytes. */
export const LONGEST_HEAD = 64 * 1024;

/**
 * The methods that are read. Others are allowed, but parsers with a list of their own refuse them, and what belongs to a
 * refused request is anybody's guess.
 */
const METHODS: ReadonlySet<string> = new Set(
  (
    'ACL BIND CHECKOUT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS ' +
    'PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
);

const REQUEST_LINE = /^([A-Z-]+) ([^ ]+) HTTP\/1\.([01])\r\n/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/;

/**
 * A path and a query, as they are sent: those of RFC 3986, and the further characters that browsers and command lines do
 * not escape and that mean nothing else to anybody.
 */
const ORIGIN_FORM = /^\/[!$-;=?-~]*$/;

const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/**
 * Reads the head of a request: `bytes` from its request line to its empty line. Only requests to this server are read: a
 * target in origin form, or `*` of OPTIONS.
 */
export function parseRequestHead(bytes: Buffer): RequestHead | Unreadable {
  const text = bytes.toString('latin1');
  const line = REQUEST_LINE.exec(text);
  if (line === null) return new Unreadable('it does not begin with a request line of HTTP/1');
  const [whole, method = '', target = '', minor] = line;
  if (!METHODS.has(method)) return new Unreadable(`the method ${method} is not among those that are read`);
  if (!ORIGIN_FORM.test(target) && !(target === '*' && method === 'OPTIONS'))
    return new Unreadable('its target is not a path');
  const fields = parseFields(text, whole.length);
  if (fields instanceof Unreadable) return fields;
  const head: RequestHead = { method, target, minor: minor === '0' ? 0 : 1, fields };
  return hostDoubt(head) ?? framingDoubt(fields, head.minor, text) ?? head;
}

/** Reads the head of an answer: `bytes` from its status line to its empty line. */
export function parseResponseHead(bytes: Buffer): ResponseHead | Unreadable {
  const text = bytes.toString('latin1');
  const line = STATUS_LINE.exec(text);
  if (line === null) return new Unreadable('it does not begin with a status line of HTTP/1');
  const [whole, minor, status] = line;
  const fields = parseFields(text, whole.length);
  if (fields instanceof Unreadable) return fields;
  const head: ResponseHead = { status: Number(status), minor: minor === '0' ? 0 : 1, fields };
  return framingDoubt(fields, head.minor, text) ?? head;
}

/** Whether what begins so, without a line end, may become a request line. */
export function mayBeRequest(start: string): boolean {
  const method = /^[A-Z-]*/.exec(start)?.[0] ?? '';
  if (method.length < start.length) return start[method.length] === ' ' && METHODS.has(method);
  for (const known of METHODS) if (known.startsWith(method)) return true;
  return false;
}

/** Whether what begins so, without a line end, may become a status line. */
export function mayBeResponse(start: string): boolean {
  return 'HTTP/1.'.startsWith(start.slice(0, 'HTTP/1.'.length));
}

function hostDoubt({ minor, fields }: RequestHead): Unreadable | undefined {
  let host: Field | undefined;
  for (const field of fields) {
    if (!isNamed(field, 'host')) continue;
    if (host !== undefined) return new Unreadable('it has several Host headers');
    host = field;
  }
  if (host === undefined) return minor === 1 ? new Unreadable('it has no Host header') : undefined;
  return HOST.test(host.value) ? undefined : new Unreadable('its Host header is not a host');
}
