import { Duplex } from 'node:stream';
import { frameReader } from './frames.ts';

/** Line a relay writes to stderr once it is connected; whatever it writes there before tells why it is not. */
export const RELAY_READY = 'connected';

const MAX_COMPLAINT_BYTES = 2048;

/**
 * The byte stream of a relay process in a container, over the hijacked connection of its `exec`: what is written
 * goes to its stdin, what it writes to stdout is read. Ending the writable side ends the process's stdin; its end of
 * output ends both sides, because the engine then closes the connection.
 */
export class RelayStream extends Duplex {
  /** Settles when the relay is connected to its socket, or fails with its own words when it could not be. */
  readonly connected: Promise<void>;
  private readonly connection: Duplex;
  private complaint = '';
  private settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(connection: Duplex) {
    super({ allowHalfOpen: true });
    this.connection = connection;
    this.connected = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever never waits for it learns of the failure from the stream itself.
    this.connected.catch(() => {});
    const read = frameReader((kind, piece) => (kind === 2 ? this.hear(piece) : this.receive(piece)));
    connection.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    connection.on('end', () => {
      this.fail(new Error(this.complaint.trim() || 'the relay process ended at once'));
      this.push(null);
    });
    connection.on('error', (error) => this.destroy(error));
    connection.on('close', () => {
      if (!this.readableEnded && !connection.readableEnded) {
        this.destroy(new Error('the connection to the container engine was closed'));
      }
    });
  }

  override _read(): void {
    this.connection.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.connection.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.fail(error ?? new Error('the stream was closed'));
    this.connection.destroy();
    done(error);
  }

  private receive(piece: Buffer): void {
    this.succeed();
    if (!this.push(piece)) this.connection.pause();
  }

  private hear(piece: Buffer): void {
    if (this.settle === undefined) return;
    this.complaint = (this.complaint + piece.toString('utf8')).slice(-MAX_COMPLAINT_BYTES);
    if (this.complaint.split('\n').includes(RELAY_READY)) this.succeed();
  }

  private succeed(): void {
    this.settle?.resolve();
    this.settle = undefined;
  }

  private fail(error: Error): void {
    this.settle?.reject(error);
    this.settle = undefined;
  }
}
