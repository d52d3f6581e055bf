import { isLast, membersOf, type RequestHead } from '../http1/index.ts';
import type { Link } from './link.ts';
import type { Route } from './route.ts';

/** How much of a request is kept until an upstream has accepted its connection, bytes; then the caller is held back. */
const KEPT_BYTES = 64 * 1024;

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request from the moment its head is sent until it is answered. */
export class Turn {
  readonly method: string;
  readonly head: RequestHead;
  /** Where it goes; another one after a refusal. */
  route: Route;
  readonly hasBody: boolean;
  /** Executing it twice does no harm: a GET, HEAD or OPTIONS without body. */
  readonly isRepeatable: boolean;
  /** Only its answer tells whether what follows it is HTTP. */
  readonly wantsUpgrade: boolean;
  /** The caller's connection ends after its answer: one of the two said so. */
  endsCaller: boolean;
  /** Where it was sent. */
  link: Link;
  /** It was sent to its end. */
  isSent = false;
  /** Something of an answer has come, if only an interim one. */
  hasAnswerBegun = false;
  /** The head of its answer has come. */
  hasAnswer = false;
  /** Its answer has come to its end. */
  isAnswered = false;
  /** Its answer is a stream of events, which has no end of its own. */
  isStream = false;
  /** It was sent a second time on a fresh connection; that happens once. */
  wasRepeated = false;
  /** It was asked of the other upstream of its route. */
  wasMoved = false;
  /** What was sent of it, as long as that may have to be sent again. */
  #kept: Buffer[] | undefined = [];
  #keptBytes = 0;

  constructor(head: RequestHead, hasBody: boolean, route: Route, link: Link) {
    this.method = head.method;
    this.head = head;
    this.route = route;
    this.hasBody = hasBody;
    this.link = link;
    this.isRepeatable = !hasBody && REPEATABLE.has(head.method);
    this.wantsUpgrade = membersOf(head.fields, 'upgrade').some((protocol) => protocol !== 'h2c');
    this.endsCaller = isLast(head);
    if (link.isAccepted) this.accepted();
  }

  /** More of it can be sent now. */
  get maySend(): boolean {
    if (this.link.isFull) return false;
    return this.link.isAccepted || this.#keptBytes < KEPT_BYTES;
  }

  /** Its answer is one that the other upstream shall give instead. */
  isPassedOn(status: number): boolean {
    const { passOn = [], otherwise } = this.route;
    if (otherwise === undefined || this.wasMoved || !passOn.includes(status)) return false;
    return this.isRepeatable && this.method !== 'OPTIONS';
  }

  /** Nothing is sent after it for now; also because its answer may move it elsewhere, or end HTTP. */
  get holdsOthers(): boolean {
    return (
      this.wantsUpgrade || !this.link.isAccepted || this.link.isFull || (this.route.passOn ?? []).length > 0
    );
  }

  /** Sends what comes next of it. */
  send(bytes: Buffer): void {
    this.#kept?.push(bytes);
    this.#keptBytes += bytes.length;
    this.link.send(bytes);
  }

  /** It can only come back to be sent again if that does no harm. */
  accepted(): void {
    if (!this.isRepeatable) this.#kept = undefined;
  }

  /** Sends what was sent of it so far on another connection. */
  moveTo(link: Link): void {
    this.link = link;
    for (const bytes of this.#kept ?? []) link.send(bytes);
    if (link.isAccepted) this.accepted();
  }
}
