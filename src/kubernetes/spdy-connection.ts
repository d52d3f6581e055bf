import type { Socket } from 'node:net';
import { UNSENT_BYTES } from './forwarded-port.ts';
import { control, FrameReader, pong, resetFrame, StreamOpener } from './spdy.ts';
import { type Carrier, SpdyStream } from './spdy-stream.ts';

/**
 * A connection to a pod that speaks SPDY. On it a port can be tried as often as needed, for a round trip each; one stream is
 * given the connection in the end, since of several none could be held back without the others.
 */
export class SpdyConnection {
  readonly #socket: Socket;
  readonly #opener = new StreamOpener();
  /** By the numbers of both of its streams. */
  readonly #streams = new Map<number, SpdyStream>();
  readonly #carrier: Carrier;
  #lastId = -1;
  /** Whose the connection is. */
  #owner: SpdyStream | undefined;

  /** From here on somebody hears what happens to the connection: nothing may be waited for between its upgrade and this. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#carrier = {
      socket,
      flow: (stream, wanted) => {
        if (stream !== this.#owner) return;
        if (wanted) socket.resume();
        else socket.pause();
      },
      over: (stream) => this.#over(stream),
    };
    const frames = new FrameReader({
      data: (id, part) => {
        const stream = this.#streams.get(id);
        if (stream?.id === id) stream.receive(part);
        else stream?.complain(part);
      },
      end: (id) => this.#streams.get(id)?.ended(this.#streams.get(id)?.id === id),
      control: (kind, content) => this.#told(kind, content),
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        frames.take(bytes);
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Whether more can be opened on it. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#owner === undefined;
  }

  /** A process does not end while it is held, which it is from the beginning. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Tries a port of the pod. `greets`: see `ForwardRequest`. */
  async open(port: number, greets: boolean): Promise<SpdyStream> {
    const errors = this.#lastId + 2;
    const data = errors + 2;
    this.#lastId = data;
    const stream = new SpdyStream(data, this.#carrier, greets);
    this.#streams.set(errors, stream).set(data, stream);
    const of = { port: String(port), requestid: String(errors) };
    const opening = await this.#opener.frames([
      { id: errors, headers: { streamtype: 'error', ...of }, ended: true },
      { id: data, headers: { streamtype: 'data', ...of }, ended: false },
    ]);
    if (this.#socket.destroyed) stream.destroy();
    // Also of one that is over by now: the headers of those to come are compressed after it.
    else this.#socket.write(stream.destroyed ? Buffer.concat([opening, resetFrame(data)]) : opening);
    return stream;
  }

  /** Gives the connection to a stream, with which it ends. All others end now. */
  give(stream: SpdyStream): void {
    for (const other of this.#streams.values()) if (other !== stream) other.destroy();
    this.#owner = stream;
    this.#opener.close();
    if (stream.destroyed) this.destroy();
    else if (stream.readableLength >= stream.readableHighWaterMark) this.#socket.pause();
  }

  /** Ends it with all of its streams. */
  destroy(error?: Error): void {
    this.#socket.destroy();
    for (const stream of this.#streams.values()) stream.destroy(error);
    if (this.#owner === undefined) this.#opener.close();
  }

  #over(stream: SpdyStream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#streams.delete(stream.id - 2);
    if (stream === this.#owner) this.#socket.destroy();
    else if (!this.#socket.destroyed) this.#socket.write(resetFrame(stream.id));
  }

  #told(kind: number, content: Buffer): void {
    switch (kind) {
      case control.ping:
        // Those with an odd number would be the answer to one of ours; whoever does not read needs no answer.
        if (content.readUInt32BE(0) % 2 === 0 && this.#socket.writableLength < 2 * UNSENT_BYTES)
          this.#socket.write(pong(content));
        return;
      case control.reset: {
        const id = content.readUInt32BE(0);
        const stream = this.#streams.get(id);
        if (stream?.id === id) stream.destroy();
      }
    }
  }
}
