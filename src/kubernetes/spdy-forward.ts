import { Duplex } from 'node:stream';
import { ApiRefusal } from './failures.ts';
import { type Forward, type ForwardedPort, Greeting, UNSENT_BYTES } from './forwarded-port.ts';
import { control, dataHeader, FrameReader, MOST_FRAME_BYTES, openingFrames, pong } from './spdy.ts';
import { upgraded } from './upgrade.ts';

/** The two streams that carry one forwarded port: on the first the other side says what went wrong. */
const stream = { errors: 1, data: 3 } as const;

/** What is kept of what the other side says went wrong, characters. */
const MOST_COMPLAINT = 16 * 1024;

/** Over SPDY. It can be closed in one direction alone. */
export const forwardOverSpdy: Forward = async (api, { path, port, greets }, signal) => {
  const headers = { 'x-stream-protocol-version': 'portforward.k8s.io' };
  const of = { port: String(port), requestid: '0' };
  const opening = await openingFrames([
    { id: stream.errors, headers: { streamtype: 'error', ...of }, ended: true },
    { id: stream.data, headers: { streamtype: 'data', ...of }, ended: false },
  ]);
  const connection = await upgraded(api, { path, protocol: 'SPDY/3.1', headers }, signal);
  // From here on somebody hears what happens to it: nothing may be waited for before.
  const forward = new SpdyForward(connection, greets);
  connection.write(opening);
  return forward;
};

class SpdyForward extends Duplex implements ForwardedPort {
  readonly greeting: Greeting;
  readonly #connection: Duplex;
  #complaint = '';

  constructor(connection: Duplex, greets: boolean) {
    super({ readableHighWaterMark: UNSENT_BYTES, writableHighWaterMark: UNSENT_BYTES });
    this.greeting = new Greeting(greets);
    this.once('close', () => this.greeting.closed());
    // It may break before anybody listens; whoever does sees that it is closed.
    this.on('error', () => {});
    this.#connection = connection;
    const frames = new FrameReader({
      data: (from, part) => this.#receive(from, part),
      end: (from) => this.#ended(from),
      control: (kind, content) => this.#told(kind, content),
    });
    connection.on('data', (bytes: Buffer) => {
      try {
        frames.take(bytes);
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    connection.on('error', (error) => this.destroy(error));
    connection.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#connection.resume();
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
    this.#connection.write(dataHeader(stream.data, 0, true), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy();
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
    const connection = this.#connection;
    // What is corked goes out as one record of TLS.
    connection.cork();
    let isFree = connection.write(dataHeader(stream.data, length));
    for (const part of parts) isFree = connection.write(part);
    connection.uncork();
    if (isFree || connection.writableLength < UNSENT_BYTES) done();
    else connection.once('drain', () => done());
  }

  #receive(from: number, part: Buffer): void {
    if (from === stream.errors)
      this.#complaint = (this.#complaint + part.toString()).slice(0, MOST_COMPLAINT);
    else if (from === stream.data) {
      const content = this.greeting.strip(part);
      if (content.length > 0 && !this.push(content)) this.#connection.pause();
    }
  }

  #ended(from: number): void {
    if (this.#complaint !== '') this.destroy(new ApiRefusal(0, 'PortForward', this.#complaint.trim()));
    else if (from === stream.data) this.push(null);
  }

  #told(kind: number, content: Buffer): void {
    switch (kind) {
      case control.ping:
        // Those with an odd number would be the answer to one of ours; whoever does not read needs no answer.
        if (content.readUInt32BE(0) % 2 === 0 && this.#connection.writableLength < 2 * UNSENT_BYTES)
          this.#connection.write(pong(content));
        return;
      case control.reset:
        if (content.readUInt32BE(0) === stream.data) this.destroy();
    }
  }
}
