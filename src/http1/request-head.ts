/** A field of a head, as it was sent. */
export interface Field {
  /** In the case it was sent in. */
  readonly name: string;
  /** Latin-1, without the white space around it. */
  readonly value: string;
}

/** The head of an HTTP/1 request that the strict grammar allows (RFC 9112, 3 and 5). */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent: in origin form a path and a query. */
  readonly target: string;
  /** Minor version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: 0 | 1;
  /** In their order; a name may come more than once. */
  readonly fields: readonly Field[];
}
