import type { Socket } from 'node:net';
import type { Pump, Resettable } from '../tunnel/index.ts';
import { AnswerFrame } from './answer-frame.ts';
import type { Drainable } from './drain.ts';
import { mayGoOn } from './good-moment.ts';
import { asLastAnswer, beginsStream } from './last-answer.ts';
import { peerOf } from './peer.ts';
import { QUIET } from './timings.ts';

/** A caller's side of a connection: its socket, or what looks into that. */
export type Caller = Resettable & Pick<Socket, 'remoteAddress' | 'remotePort'>;

/** A caller's connection that goes through this agent, with what is needed to end it without losing a request. */
export class OpenConnection implements Drainable {
  readonly #caller: Caller;
  readonly #pump: Pump;
  readonly #openedAt = performance.now();
  /** Who it is, as people write it; the socket forgets it when it is gone. */
  readonly peer: string;
  #ending: 'no' | 'announced' | 'told' | 'ended' = 'no';
  #isStream = false;
  /** It was given back to be carried elsewhere, or is done: the caller is somebody else's. */
  #isOver = false;
  #answer: AnswerFrame | undefined;

  /** `pump`: what carries the caller's connection. */
  constructor(caller: Caller, pump: Pump) {
    this.#caller = caller;
    this.#pump = pump;
    this.peer = peerOf(caller);
    pump.readAnswers((chunk, begins) => this.#answered(chunk, begins));
    pump.whenDone(() => {
      this.#isOver = true;
    });
  }

  /** The caller is gone, or is carried elsewhere. */
  get closed(): boolean {
    return this.#isOver || this.#caller.destroyed;
  }

  /** It carries what has no end of its own, such as a WebSocket or a stream of events. */
  get isStream(): boolean {
    return this.#isStream;
  }

  /** The caller waits for something, takes it, or is connected with what has no end of its own. */
  get isBusy(): boolean {
    const { asked, isAsking } = this.#pump;
    if (this.#isStream || this.#caller.writableLength > 0 || this.#answer?.goesOn === true) return true;
    return asked.bytes > 0 && isAsking;
  }

  /** When something came or was answered last, on the clock of `performance`; now while the caller waits for something. */
  get lastUse(): number {
    return this.isBusy ? performance.now() : Math.max(this.#pump.asked.at, this.#pump.answered.at);
  }

  /** From now on the next answer tells the caller that it is the last one on this connection. */
  announceEnd(): void {
    if (this.#ending === 'no') this.#ending = 'announced';
  }

  /**
   * Whether the caller waits for nothing now and is not likely to ask this very moment. One that was told ends it.
   * With `patient`, one that is likely to ask soon, and so to be told, may do so.
   */
  mayEnd(now: number, patient: boolean): boolean {
    const { asked, answered, isAsking, longestPauseMs } = this.#pump;
    if (this.#ending === 'ended' || this.#isStream) return false;
    if (asked.bytes === 0) return now - this.#openedAt > QUIET.unusedMs;
    const goesOn = this.#answer?.goesOn;
    if (isAsking || goesOn || this.#caller.writableLength > 0) return false;
    const quietMs = now - answered.at;
    if (this.#ending === 'told' || (goesOn === undefined && mayGoOn(longestPauseMs, quietMs))) return false;
    return quietMs >= (patient ? QUIET.recentMs : QUIET.longMs);
  }

  /** Says the regular end to the caller. */
  end(): void {
    this.#ending = 'ended';
    this.#caller.end();
  }

  /** Cuts it off. */
  destroy(): void {
    this.#caller.destroy();
  }

  #answered(chunk: Buffer, begins: boolean): Buffer | undefined {
    // What has become a stream has no answers any more.
    if (this.#isStream) return undefined;
    // Of a long request more may come while its answer has begun.
    const isNew = begins && this.#answer?.goesOn !== true;
    if (isNew) this.#answer = new AnswerFrame(this.#pump.asking === 'HEAD ');
    this.#answer?.read(chunk);
    return isNew ? this.#answerBegins(chunk) : undefined;
  }

  #answerBegins(start: Buffer): Buffer | undefined {
    if (beginsStream(start)) {
      this.#isStream = true;
      return undefined;
    }
    const last = this.#ending === 'announced' ? asLastAnswer(start) : undefined;
    if (last !== undefined) this.#ending = 'told';
    return last;
  }
}
