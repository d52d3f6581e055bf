import { Duplex } from 'node:stream';
import { ApiRefusal } from './failures.ts';
import { type ForwardedPort, Greeting, UNSENT_BYTES } from './forwarded-port.ts';
import { dataHeader, MOST_FRAME_BYTES } from './spdy.ts';

/** What is kept of what the other side says went wrong, characters. */
const MOST_COMPLAINT = 16 * 1024;

/** What a stream needs of the connection that carries it. */
export interface Carrier {
  /** The connection itself. */
  readonly socket: Duplex;
  /** The stream wants to be read, or can take no more for now. */
  flow(stream: SpdyStream, wanted: boolean): void;
  /** The stream is over, for whatever reason. */
  over(stream: SpdyStream): void;
}

/** Of the two streams that carry one forwarded port, that of the bytes; what goes wrong is said on the other. */
export class SpdyStream extends Duplex implements ForwardedPort {
  readonly greeting: Greeting;
  readonly id: number;
  readonly #carrier: Carrier;
  #complaint = '';

  constructor(id: number, carrier: Carrier, greets: boolean) {
    super({ readableHighWaterMark: UNSENT_BYTES, writableHighWaterMark: UNSENT_BYTES });
    this.id = id;
    this.#carrier = carrier;
    this.greeting = new Greeting(greets);
    this.once('close', () => this.greeting.closed());
    // It may break before anybody listens; whoever does sees that it is closed.
    this.on('error', () => {});
  }

  /** Bytes of the port have come. */
  receive(part: Buffer): void {
    const content = this.greeting.strip(part);
    if (content.length > 0 && !this.push(content)) this.#carrier.flow(this, false);
  }

  /** The other side has said something of what went wrong. */
  complain(part: Buffer): void {
    this.#complaint = (this.#complaint + part.toString()).slice(0, MOST_COMPLAINT);
  }

  /** One of both streams has ended: that of the bytes, or the other. */
  ended(ofBytes: boolean): void {
    if (this.#complaint !== '') this.destroy(new ApiRefusal(0, 'PortForward', this.#complaint.trim()));
    else if (ofBytes) this.push(null);
  }

  override _read(): void {
    this.#carrier.flow(this, true);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send([chunk], done);
  }

  override _writev(
    chunks: { readonly chunk: Buffer; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    const parts = chunks.map(({ chunk }) => chunk);
    this.#send(parts, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#carrier.socket.write(dataHeader(this.id, 0, true), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#carrier.over(this);
    done(error);
  }

  #send(parts: readonly Buffer[], done: (error?: Error | null) => void): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > MOST_FRAME_BYTES) {
      const all = Buffer.concat(parts);
      this.#send([all.subarray(0, MOST_FRAME_BYTES)], () => {});
      this.#send([all.subarray(MOST_FRAME_BYTES)], done);
      return;
    }
    const { socket } = this.#carrier;
    // What is corked goes out as one record of TLS.
    socket.cork();
    let isFree = socket.write(dataHeader(this.id, length));
    for (const part of parts) isFree = socket.write(part);
    socket.uncork();
    if (isFree || socket.writableLength < UNSENT_BYTES) done();
    else socket.once('drain', () => done());
  }
}
