/**
 * HTTP/1 as bytes: what a head says, where a message ends, and heads with a line more or less. Pure; the strict grammar of
 * RFC 9112 is the judge, and whatever it leaves open, or a widespread parser reads otherwise, is unreadable.
 * Sends and receives nothing, and decides about no request.
 */
export { membersOf, valuesOf } from './fields.ts';
export { isLast, requestBody, responseBody } from './framing.ts';
export {
  type HeadPiece,
  type MessageReader,
  requestReader,
  responseReader,
} from './message-reader.ts';
export { parseRequestHead, parseResponseHead } from './parse-head.ts';
export type { Field, RequestHead } from './request-head.ts';
export type { ResponseHead } from './response-head.ts';
export { withFieldsChanged, withFieldsFirst, withFieldsLast } from './rewrite.ts';
export { Unreadable } from './unreadable.ts';
