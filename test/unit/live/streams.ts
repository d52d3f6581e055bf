import type { Duplex } from 'node:stream';
import { readFirstLine } from '../../../src/common/json-lines.ts';
import { type DuplexRole, decodeHello } from '../../../src/protocol/index.ts';

/** The streams that a program has with sessions, each with what it is for, so that one alone can be broken. */
export class Streams {
  /** By what they are for, which is unknown until the hello. */
  readonly #open = new Map<Duplex, DuplexRole | undefined>();

  /** Looks at the hello of a fresh stream, which is there again for whoever reads it then. */
  async greeted(stream: Duplex): Promise<void> {
    this.#open.set(stream, undefined);
    stream.on('close', () => this.#open.delete(stream));
    try {
      const line = await readFirstLine(stream);
      stream.unshift(Buffer.from(`${line}\n`));
      if (!stream.destroyed) this.#open.set(stream, decodeHello(line).role);
    } catch {
      // One that broke before is seen by the program itself.
    }
  }

  /** Breaks the streams of a role. */
  cut(role: DuplexRole): void {
    for (const [stream, its] of this.#open) if (its === role) stream.destroy();
  }

  /** Breaks all of them, as a program's end does. */
  cutAll(): void {
    for (const stream of this.#open.keys()) stream.destroy();
  }
}
