import type { Socket } from 'node:net';
import type { Pump, Resettable } from '../tunnel/index.ts';
import { asLastAnswer } from './last-answer.ts';
import { QUIET } from './timings.ts';

/** A caller's side of a connection: its socket, or what looks into that. */
export type Caller = Resettable;

/** A caller's connection that goes through this agent, with what is needed to end it without losing a request. */
export class OpenConnection {
  readonly #caller: Caller;
  readonly #pump: Pump;
  readonly #original: Socket | undefined;
  readonly #openedAt = performance.now();
  #ending: 'no' | 'announced' | 'told' | 'ended' = 'no';

  /**
   * `pump`: what carries the caller's connection.
   * `original`: this agent's own socket to the original container, where the connection goes there.
   */
  constructor(caller: Caller, pump: Pump, original: Socket | undefined) {
    this.#caller = caller;
    this.#pump = pump;
    this.#original = original;
  }

  /** Port of this agent's own socket to the original container; undefined when the connection goes elsewhere. */
  get originPort(): number | undefined {
    return this.#original?.localPort;
  }

  /** The caller's side is gone. */
  get closed(): boolean {
    return this.#caller.destroyed;
  }

  /** From now on the next answer tells the caller that it is the last one on this connection. */
  announceEnd(): void {
    if (this.#ending !== 'no') return;
    this.#ending = 'announced';
    this.#pump.rewriteAnswers((start) => this.#lastAnswer(start));
  }

  /**
   * Whether the caller waits for nothing now and is not likely to ask this very moment. One that was told ends it.
   * With `patient`, one that is likely to ask soon, and so to be told, may do so.
   */
  mayEnd(now: number, patient: boolean): boolean {
    const { asked, answered, isAsking } = this.#pump;
    if (this.#ending === 'ended') return false;
    if (asked.bytes === 0) return now - this.#openedAt > QUIET.unusedMs;
    if (isAsking || this.#caller.writableLength > 0) return false;
    return this.#ending !== 'told' && now - answered.at >= (patient ? QUIET.recentMs : QUIET.longMs);
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

  #lastAnswer(start: Buffer): Buffer | undefined {
    const last = this.#ending === 'announced' ? asLastAnswer(start) : undefined;
    if (last !== undefined) this.#ending = 'told';
    return last;
  }
}
