import { type Endpoint, type Pump, pump } from '../tunnel/index.ts';
import { Caller } from './caller.ts';
import type { Link, LinkListener } from './link.ts';
import { Links } from './links.ts';
import type { ExchangeOptions, Upstream } from './route.ts';
import type { Turn } from './turn.ts';

/** What a connection has become that is not read any more. */
export interface Raw {
  /** The upstream that has it. */
  readonly key: object | string;
  /** What carries it. */
  readonly pump: Pump;
}

/**
 * What requests and answers of one caller have in common: its connection, those to its upstreams, what is in flight, and
 * how all of it can end.
 */
export class Conversation {
  readonly options: ExchangeOptions;
  readonly caller: Caller;
  readonly links: Links;
  /** Requests in flight, in their order: all at the same link. */
  readonly turns: Turn[] = [];
  /** Where the last request went; when that upstream ends, so does the caller's connection. */
  lastUsed: Link | undefined;
  /** The caller is told, in the next answer that none follows, that its connection ends. */
  isEndAnnounced = false;
  /** When something came or was answered last, on the clock of `performance`. */
  quietSince = performance.now();
  #raw: Raw | undefined;
  #state: 'open' | 'over' = 'open';

  constructor(caller: Endpoint, options: ExchangeOptions, listener: LinkListener) {
    this.options = options;
    this.caller = new Caller(caller);
    this.links = new Links(listener);
  }

  /** Requests are taken and answers passed on. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get raw(): Raw | undefined {
    return this.#raw;
  }

  /** The request at this link whose answer comes next. */
  turnAt(link: Link): Turn | undefined {
    const [turn] = this.turns;
    return turn?.link === link ? turn : undefined;
  }

  /** A link that can take a request; the one that is open, if there is one. */
  linkTo(upstream: Upstream): Link {
    const open = this.links.at(upstream.key);
    if (open?.isSkipping) {
      // Nobody knows how long an answer is that nobody wants.
      this.links.forget(open);
      open.abort();
    }
    return this.links.to(upstream);
  }

  /** Sends what is in flight, as far as it was sent, to another upstream, or on another connection. */
  moveAll(link: Link): void {
    for (const turn of this.turns) turn.moveTo(link);
    this.lastUsed = link;
    link.flush();
  }

  /** The first request in flight is answered. */
  turnOver(): void {
    const turn = this.turns.shift();
    this.quietSince = performance.now();
    if (turn === undefined || this.turnAt(turn.link) !== undefined) return;
    if (!this.links.isLeaving(turn.link)) return;
    this.lost(turn.link);
    turn.link.retire();
  }

  /** A link is gone, or nobody uses it any more. When the last request went there, that ends the caller's connection. */
  lost(link: Link): void {
    const wasLeaving = this.links.isLeaving(link);
    this.links.forget(link);
    if (this.lastUsed !== link) return;
    this.lastUsed = undefined;
    if (!wasLeaving && !link.upstream.isReplaced) this.finish();
  }

  /** The link to an upstream ends, at once or after what is in flight there. */
  leave(key: object | string): void {
    const link = this.links.at(key);
    if (link === undefined) return;
    this.links.leave(link);
    if (this.turnAt(link) !== undefined) return;
    this.lost(link);
    link.retire();
  }

  /** The regular end: of the caller's connection, and of those to its upstreams. */
  finish(): void {
    if (!this.isOpen) return;
    this.#state = 'over';
    this.turns.length = 0;
    this.caller.end();
    this.links.end((link) => link.retire());
  }

  /** The end that everybody must notice, for what was in flight is lost. */
  breakOff(): void {
    if (!this.isOpen) return;
    this.#state = 'over';
    this.#tellBroken();
    this.turns.length = 0;
    this.caller.endpoint.abort();
    this.links.end((link) => link.abort());
  }

  /** The caller is gone: what is in flight breaks, what is idle ends. */
  callerGone(): void {
    if (!this.isOpen) return;
    this.#state = 'over';
    const busy = this.turns[0]?.link;
    this.#tellBroken();
    this.turns.length = 0;
    this.links.end((link) => (link === busy ? link.abort() : link.retire()));
  }

  #tellBroken(): void {
    const [turn] = this.turns;
    if (turn !== undefined) this.options.over?.(turn.link.upstream.key);
  }

  /**
   * From now on the caller has this link for itself, and nothing is read any more; `first`: what came from it and was not
   * sent yet. Whoever listens to the caller must have stopped.
   */
  goRaw(link: Link, first: readonly Buffer[]): void {
    this.#state = 'over';
    this.turns.length = 0;
    this.links.end((other) => other.retire(), link);
    const { endpoint } = this.caller;
    this.caller.send(link.reader.rest());
    this.caller.leave();
    link.flush();
    link.leave();
    if (!link.isAccepted) link.endpoint.accepted?.catch(() => endpoint.abort());
    this.#raw = { key: link.upstream.key, pump: pump(endpoint, link.endpoint, { first }) };
  }
}
