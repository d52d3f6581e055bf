import { ChunkedBody } from './chunked-body.ts';
import { type BodyLength, requestBody, responseBody } from './framing.ts';
import { HeldHead } from './held-head.ts';
import {
  LONGEST_HEAD,
  mayBeRequest,
  mayBeResponse,
  parseRequestHead,
  parseResponseHead,
} from './parse-head.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { Unreadable } from './unreadable.ts';

/** A head, complete. */
export interface HeadPiece<Head> {
  readonly kind: 'head';
  readonly head: Head;
  /** How long the body is that follows. */
  readonly body: BodyLength;
  /** As it was sent, from its first line to its empty line. */
  readonly bytes: Buffer;
}

/** What a reader finds next. */
export type Piece<Head> =
  | HeadPiece<Head>
  /** Bytes of the body as they were sent: with the frames of chunks, and trailers. */
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** The message is complete; follows its head at once where it has no body. */
  | { readonly kind: 'end' }
  /** Nothing further can be read; `rest` gives what it is. */
  | Unreadable;

/** How messages of one direction are read. */
interface Reading<Head> {
  readonly parse: (bytes: Buffer) => Head | Unreadable;
  readonly mayBegin: (start: string) => boolean;
  readonly bodyOf: (head: Head) => BodyLength;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING: Buffer = Buffer.alloc(0);
const END = { kind: 'end' } as const;

/** Reads requests that follow each other. */
export function requestReader(): MessageReader<RequestHead> {
  return new MessageReader({ parse: parseRequestHead, mayBegin: mayBeRequest, bodyOf: requestBody });
}

/** Reads answers that follow each other; `method`: of the request whose answer has begun, asked at the end of each head. */
export function responseReader(method: () => string): MessageReader<ResponseHead> {
  const bodyOf = (head: ResponseHead) => responseBody(head, method());
  return new MessageReader({ parse: parseResponseHead, mayBegin: mayBeResponse, bodyOf });
}

/**
 * Splits a stream of bytes into messages, cut anywhere, without copying bodies. Whoever pushes a chunk takes pieces until
 * there are none; what is not taken yet waits here. What it holds is one chunk, and a head that is not complete.
 */
export class MessageReader<Head> {
  readonly #reading: Reading<Head>;
  /** What came last, and how much of it is read. */
  #chunk = NOTHING;
  #at = 0;
  /** The beginning of a head whose end has not come. */
  #held: HeldHead | undefined;
  #state: 'head' | 'length' | 'chunked' | 'until-close' | 'complete' | 'stopped' = 'head';
  /** How many of the unread bytes are the head that was found. */
  #taken = 0;
  /** Bytes of the body that are still to come. */
  #left = 0;
  #chunks: ChunkedBody | undefined;
  #doubt: Unreadable | undefined;

  constructor(reading: Reading<Head>) {
    this.#reading = reading;
  }

  /** Whether bytes wait that can be taken, or end a message. */
  get hasMore(): boolean {
    return this.#at < this.#chunk.length || this.#state === 'complete';
  }

  /** Nothing of a message has come; between two of them. */
  get isBetween(): boolean {
    return this.#state === 'head' && this.#held === undefined && this.#at === this.#chunk.length;
  }

  /** The end of its body is the end of the connection. */
  get isUntilClose(): boolean {
    return this.#state === 'until-close';
  }

  /** The next bytes; all that came before must have been taken, or those that were not are put in front of them. */
  push(chunk: Buffer): void {
    this.#chunk = this.#at < this.#chunk.length ? Buffer.concat([this.#unread(), chunk]) : chunk;
    this.#at = 0;
  }

  /** What comes next; undefined when more bytes must come first. */
  next(): Piece<Head> | undefined {
    switch (this.#state) {
      case 'complete':
        this.#state = 'head';
        return END;
      case 'stopped':
        return this.#doubt;
      default:
        if (this.#at === this.#chunk.length) return undefined;
        return this.#state === 'head' ? this.#head() : this.#body();
    }
  }

  /** All bytes that were pushed and not given as a piece. Nothing more is read. */
  rest(): Buffer {
    const rest =
      this.#held === undefined ? this.#unread() : Buffer.concat([this.#held.bytes, this.#unread()]);
    this.#state = 'stopped';
    this.#held = undefined;
    this.#chunk = NOTHING;
    this.#at = 0;
    return rest;
  }

  #unread(): Buffer {
    return this.#chunk.subarray(this.#at);
  }

  #head(): Piece<Head> | undefined {
    const bytes = this.#headBytes();
    if (bytes === undefined) return undefined;
    const head = bytes instanceof Unreadable ? bytes : this.#reading.parse(bytes);
    if (bytes instanceof Unreadable || head instanceof Unreadable) return this.#stop(head as Unreadable);
    const body = this.#reading.bodyOf(head);
    this.#at += this.#taken;
    this.#held = undefined;
    this.#begin(body);
    return { kind: 'head', head, body, bytes };
  }

  #headBytes(): Buffer | Unreadable | undefined {
    const end = this.#held === undefined ? this.#chunk.indexOf(HEAD_END, this.#at) : -1;
    if (end >= 0) {
      this.#taken = end + HEAD_END.length - this.#at;
      if (this.#taken > LONGEST_HEAD) return new Unreadable('its head is too long');
      return this.#chunk.subarray(this.#at, this.#at + this.#taken);
    }
    const held = this.#held ?? new HeldHead(this.#reading.mayBegin);
    const before = held.length;
    const added = held.add(this.#unread());
    this.#held = held;
    this.#taken = 0;
    if (added instanceof Unreadable) {
      held.cutTo(before);
      return added;
    }
    this.#at += added === 'incomplete' ? this.#unread().length : added;
    return added === 'incomplete' ? undefined : held.bytes;
  }

  #begin(body: BodyLength): void {
    switch (body.kind) {
      case 'none':
        this.#state = 'complete';
        break;
      case 'length':
        this.#state = 'length';
        this.#left = body.bytes;
        break;
      case 'chunked':
        this.#state = 'chunked';
        this.#chunks = new ChunkedBody();
        break;
      case 'until-close':
        this.#state = 'until-close';
        break;
      case 'switch':
        this.#state = 'stopped';
    }
  }

  #body(): Piece<Head> | undefined {
    const start = this.#at;
    switch (this.#state) {
      case 'length':
        this.#at = Math.min(this.#chunk.length, start + this.#left);
        this.#left -= this.#at - start;
        if (this.#left === 0) this.#state = 'complete';
        break;
      case 'chunked':
        this.#at = this.#chunks?.read(this.#chunk, start) ?? start;
        if (this.#chunks?.isComplete) this.#state = 'complete';
        if (this.#at === start) return this.#stop(this.#chunks?.doubt);
        break;
      default:
        this.#at = this.#chunk.length;
    }
    return { kind: 'body', bytes: this.#chunk.subarray(start, this.#at) };
  }

  #stop(doubt: Unreadable | undefined): Unreadable | undefined {
    this.#state = 'stopped';
    this.#doubt = doubt;
    return doubt;
  }
}
