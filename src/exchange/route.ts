import type { Field, RequestHead } from '../http1/index.ts';
import type { Endpoint } from '../tunnel/index.ts';

/** Where a request can go. One connection per caller and upstream, opened when needed, kept as long as the caller's. */
export interface Upstream {
  /** What it is known by: two with the same key are the same. */
  readonly key: object | string;
  /**
   * Opens a connection to it; what is written goes out as soon as it can. `accepted` resolves when the other end is there,
   * and rejects when it refuses; without it the other end counts as there. Throwing is refusing, too.
   */
  open(): OpenedEndpoint;
  /** Its end does not end the caller's connection, as a server's does: the next request opens another one. */
  readonly isReplaced?: boolean;
}

/** A connection that the other end may still refuse. */
export interface OpenedEndpoint extends Endpoint {
  readonly accepted?: Promise<void>;
}

/** Where a request goes, and what is changed on the way. */
export interface Route {
  readonly to: Upstream;
  /** Takes the request when `to` refuses the connection; without it the caller's connection breaks then. */
  readonly otherwise?: Upstream;
  /** Says, in place of `otherwise`, what becomes of the request when `to` refuses the connection. */
  readonly refused?: () => Choice;
  /** Statuses of a GET or HEAD without body that are asked of `otherwise` instead; none by default. */
  readonly passOn?: readonly number[];
  /** Headers that are added to those of the request, wherever it goes in the end. */
  readonly add?: readonly Field[];
  /** Its answer carries `Cache-Control: no-store` in place of what it had. */
  readonly noStore?: boolean;
}

/** Where a request goes, or the bytes of an answer of HTTP/1 with which it is answered here. */
export type Decided = Route | { readonly answer: Buffer };

/** What becomes of a request; `later`: it waits until that is known. */
export type Choice = Decided | { readonly later: Promise<Choice> };

/** What an exchange needs to know of its world. */
export interface ExchangeOptions {
  /** What somebody read from the caller already: it goes before all else. */
  readonly first?: readonly Buffer[];
  /**
   * What becomes of a request. Asked when all requests before it have been sent; once more, and that holds, when it then had
   * to wait for answers because it goes elsewhere.
   */
  choose(head: RequestHead): Choice;
  /**
   * Who gets what cannot be read, whole and for the rest of the connection. Also asked, for a comparison, when an answer or
   * the body of a request cannot be read; `why` in words that can follow `cannot be read: `.
   */
  unreadable(why: string): Upstream;
  /** A request that went to this upstream is answered, or broken off. */
  over?(key: Upstream['key']): void;
}
