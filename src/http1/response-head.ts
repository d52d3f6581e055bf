import type { Field } from './request-head.ts';

/** The head of an HTTP/1 answer that the strict grammar allows (RFC 9112, 4 and 5). */
export interface ResponseHead {
  /** 100 to 999; below 200 it is not the answer yet. */
  readonly status: number;
  /** Minor version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: 0 | 1;
  /** In their order; a name may come more than once. */
  readonly fields: readonly Field[];
}
