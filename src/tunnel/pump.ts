import type { Duplex } from 'node:stream';
import { type Endpoint, isReset } from './endpoint.ts';
import { freeing } from './free-chunk.ts';

/** What went one way through a pump. */
export interface Carried {
  /** Bytes as they were read, whatever was written in their place. */
  readonly bytes: number;
  /** When the last of them came, on the clock of `performance`; before the first, when the pump began. */
  readonly at: number;
}

/** How a pump begins. */
export interface PumpOptions {
  /** What somebody read from the caller already: it goes before all else. */
  readonly first?: readonly Buffer[];
  /**
   * The callee may still refuse: what the caller sends goes out at once and is kept for `withdraw`, up to so many
   * bytes and the chunk that exceeds them, then the caller is held back. So does its end. Nothing else is passed on until
   * `accept`.
   */
  readonly keep?: number;
  /**
   * How much may wait unsent on either side before the other one is held back, bytes. Each time costs; for a few busy
   * pumps more is faster, for thousands it is memory. Default: 0, which is what the streams themselves hold.
   */
  readonly slack?: number;
  /** The same for what the callee says, where it is another one. Default: `slack`. */
  readonly answerSlack?: number;
  /**
   * What was read from a socket of the caller is freed as soon as the callee has written it: nobody else may have it, and
   * the callee is a socket or a stream of a tunnel. Default: it is left to the collector of garbage.
   */
  readonly frees?: boolean;
}

/** Longest method of HTTP that tells something of its answer, and the space after it. */
const METHOD_BYTES = 'HEAD '.length;

/**
 * Gets a chunk of the callee, and whether it is the first one after something was asked; may give another one to be sent in
 * its place.
 */
export type AnswerReader = (chunk: Buffer, begins: boolean) => Buffer | undefined;

/**
 * Joins a caller with whoever answers it: bytes with back-pressure, half-close as half-close, a broken side as a broken
 * other side. The only one that reads from the two; whoever wants to know or change something asks the pump.
 */
export function pump(caller: Endpoint, callee: Endpoint, options: PumpOptions = {}): Pump {
  return new Pump(caller, callee, options);
}

/** A connection that is carried; see `pump`. */
export class Pump {
  /** What came from the caller. */
  readonly asked = new Count();
  /** What came from the callee. */
  readonly answered = new Count();
  readonly #caller: Endpoint;
  readonly #callee: Endpoint;
  /** What came from the caller so far; undefined when nobody can want it back any more. */
  #kept: Buffer[] | undefined;
  readonly #keep: number;
  readonly #slack: number;
  readonly #answerSlack: number;
  readonly #frees: boolean;
  /** The caller has sent something that has no answer yet, as far as can be told without reading it. */
  #isAsking = true;
  #longestPauseMs = 0;
  #asking = '';
  #answers: AnswerReader | undefined;
  #open = 2;
  readonly #whenDone: (() => void)[] = [];

  constructor(
    caller: Endpoint,
    callee: Endpoint,
    { first = [], keep, slack = 0, answerSlack = slack, frees = false }: PumpOptions,
  ) {
    this.#caller = caller;
    this.#callee = callee;
    this.#keep = keep ?? 0;
    this.#slack = slack;
    this.#answerSlack = answerSlack;
    this.#frees = frees;
    if (keep !== undefined) this.#kept = [];
    caller.stream.on('error', ignore);
    callee.stream.on('error', ignore);
    for (const chunk of first) this.#passOn(chunk);
    if (keep === undefined) this.#join();
    else {
      caller.stream.once('close', this.#onGone);
      caller.stream.once('end', this.#onEnd);
      if (caller.stream.readableEnded) this.#onEnd();
    }
    callee.stream.on('drain', this.#askOn);
    caller.stream.on('data', this.#onAsked);
    this.#askOn();
  }

  /**
   * Whether the caller has sent something after the last bytes of the callee; also true as long as the callee has not
   * said anything.
   */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** How the request began that came last: as many bytes as tell its method, in Latin-1. */
  get asking(): string {
    return this.#asking;
  }

  /** Longest pause within the answer that came last, or comes now, milliseconds: between two pieces that nobody asked for. */
  get longestPauseMs(): number {
    return this.#longestPauseMs;
  }

  /** The callee is there: joins both. For a pump that keeps; without effect when it was withdrawn or the caller is gone. */
  accept(): void {
    if (this.#kept === undefined) return;
    this.#stopKeeping();
    this.#join();
    this.#askOn();
  }

  /**
   * The callee refuses: breaks it off and gives the caller back, paused, with what it sent so far. Undefined when there
   * is nothing to give back: it was accepted before, or the caller is gone.
   */
  withdraw(): readonly Buffer[] | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    this.#stopKeeping();
    const { stream } = this.#caller;
    stream.off('data', this.#onAsked);
    this.#callee.stream.off('drain', this.#askOn);
    stream.pause();
    this.#callee.abort();
    this.#done();
    return kept;
  }

  /** From now on `read` gets each chunk of the callee. */
  readAnswers(read: AnswerReader): void {
    this.#answers = read;
  }

  /** Calls `listener` once, when both sides are done or the caller was withdrawn; at once when that is past. */
  whenDone(listener: () => void): void {
    if (this.#open === 0) listener();
    else this.#whenDone.push(listener);
  }

  readonly #onAsked = (chunk: Buffer): void => {
    // What is kept may be sent again elsewhere.
    const mayFree = this.#frees && this.#kept === undefined;
    this.#passOn(chunk, mayFree ? freeing(chunk, this.#caller.stream, this.#callee.stream) : undefined);
  };

  #passOn(chunk: Buffer, written?: (error?: Error | null) => void): void {
    if (!this.#isAsking || this.asked.bytes === 0) this.#asking = chunk.toString('latin1', 0, METHOD_BYTES);
    this.#isAsking = true;
    this.asked.add(chunk);
    this.#kept?.push(chunk);
    const { stream } = this.#callee;
    if ((!stream.write(chunk, written) && stream.writableLength > this.#slack) || this.#isFull())
      this.#caller.stream.pause();
  }

  readonly #onAnswered = (chunk: Buffer): void => {
    const begins = this.#isAsking;
    this.#isAsking = false;
    const before = this.answered.at;
    this.answered.add(chunk);
    this.#longestPauseMs = begins ? 0 : Math.max(this.#longestPauseMs, this.answered.at - before);
    const instead = this.#answers?.(chunk, begins);
    const { stream } = this.#caller;
    if (!stream.write(instead ?? chunk) && stream.writableLength > this.#answerSlack)
      this.#callee.stream.pause();
  };

  readonly #askOn = (): void => {
    if (!this.#callee.stream.writableNeedDrain && !this.#isFull()) this.#caller.stream.resume();
    else this.#caller.stream.pause();
  };

  readonly #answerOn = (): void => {
    if (!this.#caller.stream.writableNeedDrain) this.#callee.stream.resume();
    else this.#callee.stream.pause();
  };

  /** The caller has said all before the callee has accepted. */
  readonly #onEnd = (): void => {
    this.#callee.stream.end();
  };

  /** The caller is gone before the callee has accepted. */
  readonly #onGone = (): void => {
    this.#stopKeeping();
    this.#callee.abort();
    this.#done();
  };

  #isFull(): boolean {
    return this.#kept !== undefined && this.asked.bytes >= this.#keep;
  }

  #stopKeeping(): void {
    this.#kept = undefined;
    this.#caller.stream.off('close', this.#onGone);
    this.#caller.stream.off('end', this.#onEnd);
  }

  #join(): void {
    this.#follow(this.#caller.stream, this.#callee);
    this.#follow(this.#callee.stream, this.#caller);
    this.#caller.stream.on('drain', this.#answerOn);
    this.#callee.stream.on('data', this.#onAnswered);
    this.#answerOn();
  }

  /** Passes the end of one side on to the other. */
  #follow(here: Duplex, there: Endpoint): void {
    const ended = () => {
      // An HTTP/2 stream that was reset ends too; passing that on as a regular end would hide the break.
      if (isReset(here)) there.abort();
      else there.stream.end();
    };
    if (here.readableEnded) ended();
    else here.once('end', ended);
    const closed = () => {
      if (isReset(here) || !(here.readableEnded && here.writableFinished)) there.abort();
      this.#open -= 1;
      if (this.#open === 0) this.#done();
    };
    if (here.closed) closed();
    else here.once('close', closed);
  }

  #done(): void {
    this.#open = 0;
    for (const listener of this.#whenDone.splice(0)) listener();
  }
}

class Count implements Carried {
  bytes = 0;
  at = performance.now();

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.at = performance.now();
  }
}

function ignore(): void {
  // 'close' follows, and says enough.
}
