import { LONGEST_HEAD } from './parse-head.ts';
import { Unreadable } from './unreadable.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;

/** A method and the space after it, or the name of the protocol, fit in here. */
const START = 32;

const SMALLEST = 1024;

/**
 * A head that comes in pieces, however small: takes time and memory in proportion to its length. What can never become
 * one is noticed at once, for its sender may wait for an answer.
 */
export class HeldHead {
  #bytes = Buffer.allocUnsafeSlow(SMALLEST);
  #length = 0;
  readonly #mayBegin: (start: string) => boolean;

  /** `mayBegin`: whether what begins so may become a head. */
  constructor(mayBegin: (start: string) => boolean) {
    this.#mayBegin = mayBegin;
  }

  get length(): number {
    return this.#length;
  }

  /** What has come so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds what comes next, which may go beyond the end of the head; how many bytes belong to it, if it is complete now. */
  add(chunk: Buffer): number | 'incomplete' | Unreadable {
    const before = this.#length;
    this.#append(chunk.subarray(0, LONGEST_HEAD + HEAD_END.length - before));
    // The end may have begun in what came before.
    const at = this.bytes.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length + 1));
    if (at >= 0 && at + HEAD_END.length <= LONGEST_HEAD) {
      this.#length = at + HEAD_END.length;
      return this.#length - before;
    }
    return this.#doubt(before) ?? 'incomplete';
  }

  /** Gives up what came after the first `length` bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  #append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
      this.bytes.copy(larger);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  #doubt(from: number): Unreadable | undefined {
    if (this.#length >= LONGEST_HEAD) return new Unreadable('its head is too long');
    if (from < START && !this.#mayBegin(this.#bytes.toString('latin1', 0, Math.min(this.#length, START))))
      return new Unreadable('it does not begin like HTTP/1');
    for (let at = from; at < this.#length; at += 1) {
      const byte = this.#bytes[at] ?? 0;
      const afterCr = at > 0 && this.#bytes[at - 1] === CR;
      if (afterCr !== (byte === LF)) return new Unreadable('a line does not end with CR and LF');
      if ((byte < SPACE && byte !== CR && byte !== LF && byte !== TAB) || byte === DELETE)
        return new Unreadable('its head has control characters');
    }
    return undefined;
  }
}
