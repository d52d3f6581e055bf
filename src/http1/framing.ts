import { isNamed, membersOf } from './fields.ts';
import type { Field, RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { Unreadable } from './unreadable.ts';

/** How long a body is (RFC 9112, 6.3). */
export type BodyLength =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** It ends with its connection. */
  | { readonly kind: 'until-close' }
  /** None: what follows the head is another protocol. */
  | { readonly kind: 'switch' };

/** Digits of lengths that a number holds exactly. */
const LENGTH = /^\d{1,15}$/;

const NONE: BodyLength = { kind: 'none' };
const CHUNKED: BodyLength = { kind: 'chunked' };
const UNTIL_CLOSE: BodyLength = { kind: 'until-close' };
const SWITCH: BodyLength = { kind: 'switch' };

/** How long the body of a request is, of a head that `parseRequestHead` gave. */
export function requestBody(head: RequestHead): BodyLength {
  return statedLength(head.fields) ?? NONE;
}

/** How long the body of an answer to a request of this method is, of a head that `parseResponseHead` gave. */
export function responseBody({ status, fields }: ResponseHead, method: string): BodyLength {
  if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return SWITCH;
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return NONE;
  return statedLength(fields) ?? UNTIL_CLOSE;
}

/** Whether no further message follows on the same connection, as its sender says (RFC 9112, 9.3). */
export function isLast({ minor, fields }: Pick<RequestHead, 'minor' | 'fields'>): boolean {
  const options = membersOf(fields, 'connection');
  // A name that was never one of the standard, but that widespread parsers follow.
  if (options.includes('close') || membersOf(fields, 'proxy-connection').includes('close')) return true;
  return minor === 0 && !options.includes('keep-alive');
}

/**
 * Why the length of a body cannot be told from these fields without doubt. `raw`: the text of the head, for two
 * lengths that differ in nothing but space are no less in doubt.
 */
export function framingDoubt(fields: readonly Field[], minor: 0 | 1, raw: string): Unreadable | undefined {
  let lengths = 0;
  let codings = 0;
  for (const field of fields) {
    if (isNamed(field, 'content-length')) {
      lengths += 1;
      if (!LENGTH.test(field.value)) return new Unreadable('Content-Length is not a number');
    } else if (isNamed(field, 'transfer-encoding')) {
      codings += 1;
      if (field.value.toLowerCase() !== 'chunked') return new Unreadable('Transfer-Encoding is not chunked');
    }
  }
  if (lengths + codings === 0) return undefined;
  if (lengths > 0 && codings > 0)
    return new Unreadable('it has both a Content-Length and a Transfer-Encoding');
  if (lengths > 1) return new Unreadable('it has several Content-Length headers');
  if (codings > 1) return new Unreadable('it has several Transfer-Encoding headers');
  if (codings > 0 && minor === 0) return new Unreadable('Transfer-Encoding in HTTP/1.0');
  // Allowed, but refused by some.
  if (TAB_AFTER_LENGTH.test(raw)) return new Unreadable('a tab follows the length of the body');
  return undefined;
}

const TAB_AFTER_LENGTH = /\r\n(?:content-length|transfer-encoding):[\t ]*\w+ *\t/i;

function statedLength(fields: readonly Field[]): BodyLength | undefined {
  for (const field of fields) {
    if (isNamed(field, 'transfer-encoding')) return CHUNKED;
    if (isNamed(field, 'content-length')) {
      const bytes = Number(field.value);
      return bytes === 0 ? NONE : { kind: 'length', bytes };
    }
  }
  return undefined;
}
