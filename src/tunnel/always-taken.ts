import { Duplex } from 'node:stream';

/**
 * The same bytes, taken from a duplex as they come, whether anybody reads them or not: as many as the window of a tunnel lets
 * the other end send. An end of HTTP/2 in Node does not read while a write of its own is not done. Where both ends of a tunnel
 * are such, they would wait for each other, and nothing would go on any more.
 */
export function alwaysTaken(duplex: Duplex): Duplex {
  return new AlwaysTaken(duplex);
}

class AlwaysTaken extends Duplex {
  readonly #duplex: Duplex;
  #bytesRead = 0;

  constructor(duplex: Duplex) {
    super({ allowHalfOpen: true });
    this.#duplex = duplex;
    duplex.on('data', (chunk: Buffer) => {
      this.#bytesRead += chunk.length;
      this.push(chunk);
    });
    duplex.once('end', () => this.push(null));
    duplex.once('error', (error) => this.destroy(error));
    duplex.once('close', () => this.destroy());
    if (duplex.destroyed) this.destroy();
  }

  /** What has come so far, as sockets tell it: a sign of the other end's life. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  override _read(): void {
    // It comes by itself.
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#duplex.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#duplex.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#duplex.destroy();
    done(error);
  }
}
