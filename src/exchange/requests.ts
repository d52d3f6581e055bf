import { type HeadPiece, type RequestHead, requestReader, Unreadable } from '../http1/index.ts';
import { answerHere } from './answer-here.ts';
import type { Conversation } from './conversation.ts';
import { requestAsSent } from './rewrite.ts';
import type { Choice } from './route.ts';
import { Turn } from './turn.ts';

/** So many requests of a caller may be in flight; further ones wait unread. */
const MOST_IN_FLIGHT = 64;

type Head = HeadPiece<RequestHead>;

/** What the caller sends: taken apart, and each request sent where it belongs when its turn has come. */
export class Requests {
  readonly #conversation: Conversation;
  readonly #reader = requestReader();
  /** What was read, and waits until all before it is answered. */
  #waiting: Head | Unreadable | undefined;
  /** What waits does so until it is known what becomes of it. */
  #isParked = false;
  /** The request that is being sent; `nowhere`: it was answered here. */
  #sending: Turn | 'nowhere' | undefined;
  /** The answer that was given here is the last one. */
  #endsAfterBody = false;
  #isEnded = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** Part of a request has come that was not sent yet. */
  get hasBegun(): boolean {
    return this.#waiting !== undefined || this.#sending !== undefined || !this.#reader.isBetween;
  }

  /** The caller has ended before its request did. */
  get isCutOff(): boolean {
    return this.#isEnded && this.#sending !== undefined;
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk);
    this.goOn();
  }

  /** The caller has ended its side. */
  end(): void {
    this.#isEnded = true;
    this.goOn();
  }

  /** Sends what can be sent now; the rest waits, and the caller is held back. */
  goOn(): void {
    const { turns, caller } = this.#conversation;
    while (this.#conversation.isOpen && this.#step());
    if (!this.#conversation.isOpen) return;
    turns.at(-1)?.link.flush();
    caller.flush();
    caller.hold(this.#isStuck || this.#waiting !== undefined || this.#reader.hasMore);
    if (this.#isEnded && this.#waiting === undefined && !this.#reader.hasMore) this.#afterEnd();
  }

  /** All that came from the caller and was not sent. Nothing more is read. */
  takeUnsent(): readonly Buffer[] {
    const head = this.#waiting instanceof Unreadable ? undefined : this.#waiting?.bytes;
    this.#waiting = undefined;
    const all = [...(head === undefined ? [] : [head]), this.#reader.rest()];
    return all.filter(({ length }) => length > 0);
  }

  get #isStuck(): boolean {
    return this.#sending instanceof Turn && this.#sending.hasBody && !this.#sending.maySend;
  }

  /** Does one thing; whether it could. */
  #step(): boolean {
    if (this.#sending !== undefined) return this.#sendOn(this.#sending);
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      if (this.#isParked) return false;
      if (this.#conversation.turns.length > 0) return false;
      this.#waiting = undefined;
      return this.#begin(waiting);
    }
    if (!this.#mayBegin()) return false;
    const piece = this.#reader.next();
    if (piece === undefined) return false;
    return piece instanceof Unreadable || piece.kind === 'head' ? this.#begin(piece) : true;
  }

  /** Whether the next request may be looked at. */
  #mayBegin(): boolean {
    const { caller, turns, isEndAnnounced } = this.#conversation;
    const last = turns.at(-1);
    if (last === undefined) return !caller.isFull;
    if (last.link.isUnread) {
      // Nobody knows where the answer to another one would begin.
      if (this.#reader.hasMore) this.#conversation.breakOff();
      return false;
    }
    return !(isEndAnnounced || last.endsCaller || last.holdsOthers || turns.length >= MOST_IN_FLIGHT);
  }

  #begin(piece: Head | Unreadable): boolean {
    const { options, turns } = this.#conversation;
    if (piece instanceof Unreadable) {
      if (turns.length > 0) return this.#wait(piece);
      const link = this.#conversation.linkTo(options.unreadable(piece.why));
      this.#conversation.goRaw(link, this.takeUnsent());
      return false;
    }
    return this.#send(piece, options.choose(piece.head));
  }

  /** Sends a request where it goes, if it can be sent now. */
  #send(piece: Head, choice: Choice): boolean {
    const { turns } = this.#conversation;
    const before = turns.at(-1)?.link;
    if ('later' in choice) return this.#park(piece, choice.later, before !== undefined);
    if ('answer' in choice) {
      if (before !== undefined) return this.#wait(piece);
      this.#endsAfterBody = answerHere(this.#conversation, piece.head, choice.answer);
      this.#sending = 'nowhere';
      return true;
    }
    if (before !== undefined && before !== this.#conversation.links.at(choice.to.key))
      return this.#wait(piece);
    const link = before ?? this.#conversation.linkTo(choice.to);
    const turn = new Turn(piece.head, piece.body.kind !== 'none', choice, link);
    turns.push(turn);
    this.#conversation.lastUsed = link;
    this.#sending = turn;
    turn.send(requestAsSent(piece.head, piece.bytes, choice));
    return true;
  }

  /** `isBehind`: others are in flight, after whose answers it is asked again what becomes of it. */
  #park(piece: Head, later: Promise<Choice>, isBehind: boolean): false {
    this.#waiting = piece;
    if (isBehind) return false;
    this.#isParked = true;
    void later.then((choice) => {
      this.#isParked = false;
      if (!this.#conversation.isOpen) return;
      this.#waiting = undefined;
      this.#send(piece, choice);
      this.goOn();
    });
    return false;
  }

  #wait(piece: Head | Unreadable): false {
    this.#waiting = piece;
    return false;
  }

  #sendOn(turn: Turn | 'nowhere'): boolean {
    if (this.#isStuck) return false;
    const piece = this.#reader.next();
    if (piece === undefined) return false;
    if (piece instanceof Unreadable) return this.#stuck(turn, piece.why);
    if (piece.kind === 'end') this.#sent(turn);
    else if (turn instanceof Turn) turn.send(piece.bytes);
    return true;
  }

  #sent(turn: Turn | 'nowhere'): void {
    this.#sending = undefined;
    if (turn === 'nowhere') {
      if (this.#endsAfterBody) this.#conversation.finish();
      return;
    }
    turn.isSent = true;
    if (!turn.isAnswered) return;
    // The next one may go elsewhere at once.
    turn.link.flush();
    this.#conversation.turnOver();
  }

  /** Nobody knows where the body ends; only who would have got the whole connection anyway may get what follows. */
  #stuck(turn: Turn | 'nowhere', why: string): false {
    const { options } = this.#conversation;
    if (turn instanceof Turn && options.unreadable(why).key === turn.link.upstream.key)
      this.#conversation.goRaw(turn.link, this.takeUnsent());
    else this.#conversation.breakOff();
    return false;
  }

  #afterEnd(): void {
    const { turns } = this.#conversation;
    if (this.#sending === undefined && !this.#reader.isBetween) {
      this.#waiting = new Unreadable('it ends within its head');
      this.goOn();
    } else if (turns.length === 0) this.#conversation.finish();
    else turns.at(-1)?.link.endAsking();
  }
}
