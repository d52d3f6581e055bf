import type { Endpoint } from '../tunnel/index.ts';
import { Answers } from './answers.ts';
import { Conversation, type Raw } from './conversation.ts';
import { linkEnded, linkRefused } from './link-gone.ts';
import { Requests } from './requests.ts';
import type { ExchangeOptions } from './route.ts';

/**
 * Takes a caller's HTTP/1 requests apart and sends each to the upstream that is chosen for it; the answers come back in
 * the order of the requests. Heads are read, bodies measured, and the bytes pass as they are, but for what a route says.
 * The only one that reads from the caller and its upstreams. Whatever is in doubt breaks the caller's connection, rather
 * than that something is executed twice or by the wrong one. The caller must allow half-open connections.
 */
export function exchange(caller: Endpoint, options: ExchangeOptions): Exchange {
  return new Exchange(caller, options);
}

/** A caller's connection whose requests each go their way; see `exchange`. */
export class Exchange {
  readonly #caller: Endpoint;
  readonly #conversation: Conversation;
  readonly #requests: Requests;
  readonly #answers: Answers;
  #isDone = false;
  readonly #whenDone: (() => void)[] = [];

  constructor(caller: Endpoint, options: ExchangeOptions) {
    this.#caller = caller;
    const conversation = new Conversation(caller, options, {
      methodAt: (link) => conversation.turnAt(link)?.method ?? '',
      onAnswer: (link, chunk) => this.#answers.read(link, chunk),
      onDrain: () => this.#requests.goOn(),
      onAccepted: () => {
        for (const turn of conversation.turns) turn.accepted();
        this.#requests.goOn();
      },
      onRefused: (link) => {
        linkRefused(conversation, link, () => this.#requests.goOn());
        this.#requests.goOn();
      },
      onEnd: (link, clean) => {
        linkEnded(conversation, link, clean);
        this.#requests.goOn();
      },
    });
    this.#conversation = conversation;
    this.#requests = new Requests(conversation);
    this.#answers = new Answers(conversation, this.#requests);
    caller.stream.once('close', this.#closed);
    for (const chunk of options.first ?? []) this.#asked(chunk);
    if (conversation.isOpen)
      conversation.caller.listen({
        onData: this.#asked,
        onEnd: () => conversation.isOpen && this.#requests.end(),
        onDrain: () => {
          this.#answers.goOn();
          this.#requests.goOn();
        },
      });
    if (caller.stream.closed) this.#closed();
  }

  /** The caller's side is gone. */
  get closed(): boolean {
    return this.#caller.stream.destroyed;
  }

  /** Set when the connection is not read any more: another protocol, or something that cannot be read. */
  get raw(): Raw | undefined {
    return this.#conversation.raw;
  }

  /**
   * Since when nothing came and nothing was in flight, on the clock of `performance`; undefined while the caller sends a
   * request, waits for an answer or takes one, or the connection is not read any more.
   */
  get idleSince(): number | undefined {
    const { caller, quietSince } = this.#conversation;
    return this.isBusy() || !caller.isFlushed ? undefined : quietSince;
  }

  /**
   * Whether a request is in flight: it, or its answer, is not complete. With a key only at that upstream. What is not read
   * any more counts as in flight for good.
   */
  isBusy(key?: object | string): boolean {
    const { raw, turns, isOpen } = this.#conversation;
    if (raw !== undefined) return key === undefined || raw.key === key;
    const [turn] = turns;
    if (key !== undefined) return turn?.link.upstream.key === key;
    return turn !== undefined || (isOpen && this.#requests.hasBegun);
  }

  /** Whether it carries what has no end of its own, such as a WebSocket or a stream of events; with a key at that upstream. */
  isStream(key?: object | string): boolean {
    const { raw, turns } = this.#conversation;
    const [turn] = turns;
    const at = raw?.key ?? (turn?.isStream ? turn.link.upstream.key : undefined);
    return at !== undefined && (key === undefined || at === key);
  }

  /**
   * The connection to this upstream is not needed any more: ends it when its answers in flight are complete, which the
   * caller does not notice. A request that is chosen to go there later gets a new one. Without effect on what is not read
   * any more.
   */
  leave(key: object | string): void {
    this.#conversation.leave(key);
  }

  /** Breaks the caller's connection if a request is in flight at this upstream; otherwise as `leave`. */
  cut(key: object | string): void {
    if (this.raw?.key === key) this.#caller.abort();
    else if (this.isBusy(key)) this.#conversation.breakOff();
    else this.leave(key);
  }

  /**
   * From now on no request follows those in flight, or the next one: its answer says `Connection: close`, and after it the
   * caller's connection ends. Without effect on what is not read any more.
   */
  announceEnd(): void {
    this.#conversation.isEndAnnounced = true;
  }

  /** Says the regular end to the caller; what it still sends is dropped. What is in flight is lost. */
  end(): void {
    if (this.raw === undefined) this.#conversation.finish();
    else this.#caller.stream.end();
  }

  /** Cuts it off. */
  destroy(): void {
    this.#caller.stream.destroy();
  }

  /** Calls `listener` once, when the caller's side is gone; at once when that is past. */
  whenDone(listener: () => void): void {
    if (this.#isDone) listener();
    else this.#whenDone.push(listener);
  }

  readonly #asked = (chunk: Buffer): void => {
    // What comes after the end is dropped.
    if (!this.#conversation.isOpen) return;
    this.#conversation.quietSince = performance.now();
    this.#requests.push(chunk);
  };

  readonly #closed = (): void => {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#conversation.callerGone();
    for (const listener of this.#whenDone.splice(0)) listener();
  };
}
