/** Bytes that come in pieces of any size: taking many small ones costs no more than taking a large one. */
export class GrowingBuffer {
  #bytes = Buffer.alloc(0);
  #from = 0;
  #end = 0;

  /** How many there are, bytes. */
  get length(): number {
    return this.#end - this.#from;
  }

  /** Adds bytes, which are copied. */
  add(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) {
      const next = Buffer.allocUnsafe(Math.max(2 * (this.length + bytes.length), 256));
      this.#bytes.copy(next, 0, this.#from, this.#end);
      [this.#bytes, this.#from, this.#end] = [next, 0, this.length];
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** All of them; only good until the next call. */
  view(): Buffer {
    return this.#bytes.subarray(this.#from, this.#end);
  }

  /** Takes the first `count` away, or all there are. Returns a copy of them. */
  take(count: number): Buffer {
    const taken = Buffer.from(this.view().subarray(0, count));
    this.#from += taken.length;
    // What was large once is not kept for what may be small.
    if (this.#from === this.#end) [this.#bytes, this.#from, this.#end] = [Buffer.alloc(0), 0, 0];
    return taken;
  }
}
