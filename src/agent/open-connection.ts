import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Resettable } from '../tunnel/index.ts';
import { LONG_QUIET_MS, RECENT_MS, UNUSED_MS } from './good-moment.ts';
import { asLastAnswer } from './last-answer.ts';

/** A caller's side of a connection: its socket, or what looks into that. */
export type Caller = Resettable & Pick<Socket, 'bytesRead'>;

/** A caller's connection that goes through this agent, with what is needed to end it without losing a request. */
export class OpenConnection {
  readonly #caller: Caller;
  readonly #original: Socket | undefined;
  readonly #onDone: () => void;
  readonly #openedAt = performance.now();
  /** What was read before the other side was there has no answer yet. */
  #askedAt = this.#openedAt;
  #answeredAt = 0;
  #answers: Duplex | undefined;
  #ending: 'no' | 'announced' | 'told' | 'ended' = 'no';

  /** `original`: this agent's own socket to the original container, where the connection goes there. */
  constructor(caller: Caller, original: Socket | undefined, onDone: () => void) {
    this.#caller = caller;
    this.#original = original;
    this.#onDone = onDone;
  }

  /** Port of this agent's own socket to the original container; undefined when the connection goes elsewhere. */
  get originPort(): number | undefined {
    return this.#original?.localPort;
  }

  /** The caller's side is gone. */
  get closed(): boolean {
    return this.#caller.destroyed;
  }

  /** The other side is there and joined with the caller's; its bytes are answers. */
  joined(answers: Duplex): void {
    this.#answers = answers;
    this.#askedAt = this.#openedAt;
    this.#caller.on('data', () => {
      this.#askedAt = performance.now();
    });
    answers.on('data', () => {
      // The splice's own listener is first: an answer that begins now has to be seen before it goes out.
      this.#answeredAt = performance.now();
    });
  }

  /** It is over. */
  done(): void {
    this.#onDone();
  }

  /** From now on the next answer tells the caller that it is the last one on this connection. */
  announceEnd(): void {
    const answers = this.#answers;
    if (this.#ending !== 'no' || answers === undefined) return;
    this.#ending = 'announced';
    const caller = this.#caller;
    answers.unpipe(caller);
    answers.prependListener('data', (chunk: Buffer) => {
      const begins = this.#askedAt > this.#answeredAt;
      const last = begins && this.#ending === 'announced' ? asLastAnswer(chunk) : undefined;
      if (last !== undefined) this.#ending = 'told';
      if (caller.write(last ?? chunk)) return;
      answers.pause();
      caller.once('drain', () => answers.resume());
    });
    answers.resume();
  }

  /**
   * Whether the caller waits for nothing now and is not likely to ask this very moment. One that was told ends it.
   * With `patient`, one that is likely to ask soon, and so to be told, may do so.
   */
  mayEnd(now: number, patient: boolean): boolean {
    if (this.#ending === 'ended') return false;
    if (this.#caller.bytesRead === 0) return now - this.#openedAt > UNUSED_MS;
    if (this.#answeredAt < this.#askedAt || this.#caller.writableLength > 0) return false;
    return this.#ending !== 'told' && now - this.#answeredAt >= (patient ? RECENT_MS : LONG_QUIET_MS);
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
}
