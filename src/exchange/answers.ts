import { type HeadPiece, isLast, type ResponseHead, Unreadable, valuesOf } from '../http1/index.ts';
import type { Conversation } from './conversation.ts';
import type { Link } from './link.ts';
import type { Requests } from './requests.ts';
import { answerAsSent } from './rewrite.ts';
import type { Turn } from './turn.ts';

const NOTHING = Buffer.alloc(0);
const EVENTS = /^text\/event-stream\b/i;

/** What upstreams answer: passed on to the caller, and taken apart to know when an answer is complete. */
export class Answers {
  readonly #conversation: Conversation;
  readonly #requests: Requests;
  /** The links that wait for the caller to take what was sent to it. */
  readonly #held = new Set<Link>();

  constructor(conversation: Conversation, requests: Requests) {
    this.#conversation = conversation;
    this.#requests = requests;
  }

  /** What comes next from an upstream. */
  read(link: Link, chunk: Buffer): void {
    const { caller } = this.#conversation;
    if (link.isUnread) caller.send(chunk);
    else {
      link.reader.push(chunk);
      while (this.#conversation.isOpen && !link.isUnread && this.#step(link));
    }
    if (!this.#conversation.isOpen) return;
    caller.flush();
    if (caller.isFull) {
      this.#held.add(link);
      link.hold();
    }
    this.#requests.goOn();
  }

  /** The caller takes more. */
  goOn(): void {
    for (const link of this.#held) link.goOn();
    this.#held.clear();
  }

  #step(link: Link): boolean {
    const piece = link.reader.next();
    if (piece === undefined) return false;
    if (piece instanceof Unreadable) return this.#unreadable(link, piece.why);
    if (link.isSkipping) {
      if (piece.kind === 'end') link.skipped();
      return true;
    }
    const turn = this.#conversation.turnAt(link);
    if (piece.kind === 'head')
      return turn === undefined || turn.isAnswered
        ? this.#unreadable(link, 'nobody has asked for it', piece.bytes)
        : this.#head(link, turn, piece);
    if (piece.kind === 'body') this.#conversation.caller.send(piece.bytes);
    else if (turn?.hasAnswer) this.#answered(turn);
    return true;
  }

  #head(link: Link, turn: Turn, { head, body, bytes }: HeadPiece<ResponseHead>): boolean {
    const { caller, turns, isEndAnnounced } = this.#conversation;
    if (head.status === 101) {
      if (!turn.wantsUpgrade) return this.#unreadable(link, 'it switches protocols unasked', bytes);
      caller.send(bytes);
      this.#conversation.goRaw(link, this.#requests.takeUnsent());
      return false;
    }
    turn.hasAnswerBegun = true;
    if (head.status < 200) {
      caller.send(bytes);
      return true;
    }
    const endsLink = isLast(head) || body.kind === 'until-close';
    if (turn.isPassedOn(head.status)) return this.#passOn(link, turn, endsLink);
    const announces = isEndAnnounced && turns.length === 1;
    turn.hasAnswer = true;
    turn.isStream = valuesOf(head.fields, 'content-type').some((type) => EVENTS.test(type));
    turn.endsCaller ||= endsLink || announces;
    caller.send(answerAsSent(bytes, turn.route.noStore ?? false, announces));
    return true;
  }

  #passOn(link: Link, turn: Turn, endsLink: boolean): boolean {
    const { otherwise } = turn.route;
    if (otherwise === undefined) return true;
    link.skip(endsLink);
    turn.wasMoved = true;
    turn.hasAnswerBegun = false;
    this.#conversation.moveAll(this.#conversation.linkTo(otherwise));
    return true;
  }

  #answered(turn: Turn): void {
    turn.isAnswered = true;
    turn.link.wasKept = true;
    this.#conversation.options.over?.(turn.link.upstream.key);
    if (turn.endsCaller || this.#requests.isCutOff) this.#conversation.finish();
    else if (turn.isSent) this.#conversation.turnOver();
  }

  /** What is left of the answer is not read; `read`: what was of it. */
  #unreadable(link: Link, why: string, read: Buffer = NOTHING): false {
    const { caller, options, turns, lastUsed } = this.#conversation;
    const turn = this.#conversation.turnAt(link);
    const isUsed = turns.length === 0 ? lastUsed === link : turn !== undefined;
    if (isUsed && options.unreadable(why).key === link.upstream.key) {
      caller.send(read);
      this.#conversation.goRaw(link, this.#requests.takeUnsent());
    } else if (turn === undefined) {
      // The caller would take it for somebody else's answer.
      this.#conversation.lost(link);
      link.abort();
    } else if (turn.isAnswered) this.#conversation.breakOff();
    else {
      link.isUnread = true;
      caller.send(read);
      caller.send(link.reader.rest());
    }
    return false;
  }
}
