import type { Duplex } from 'node:stream';

/** Bytes on their way to a stream: what lies side by side in memory, or comes in one go, is written at once. */
export class Outbox {
  readonly #stream: Duplex;
  #waiting: Buffer[] = [];

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** No more should be added before the stream has drained. */
  get isFull(): boolean {
    return this.#stream.writableNeedDrain;
  }

  add(bytes: Buffer): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined && continues(last, bytes))
      this.#waiting[this.#waiting.length - 1] = Buffer.from(
        last.buffer,
        last.byteOffset,
        last.length + bytes.length,
      );
    else this.#waiting.push(bytes);
  }

  /** Writes what was added. */
  flush(): void {
    const waiting = this.#waiting;
    const [first] = waiting;
    if (first === undefined) return;
    this.#waiting = [];
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    if (waiting.length === 1) {
      this.#stream.write(first);
      return;
    }
    this.#stream.cork();
    for (const bytes of waiting) this.#stream.write(bytes);
    this.#stream.uncork();
  }
}

function continues(before: Buffer, bytes: Buffer): boolean {
  return before.buffer === bytes.buffer && before.byteOffset + before.length === bytes.byteOffset;
}
