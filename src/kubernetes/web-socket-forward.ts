import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { ApiRefusal } from './failures.ts';
import { type Forward, type ForwardedPort, Greeting, UNSENT_BYTES } from './forwarded-port.ts';
import { opened, openSocket } from './web-socket.ts';

/** The protocol's channels for one forwarded port. */
const channel = { data: 0, error: 1 } as const;
const DATA = Buffer.from([channel.data]);

/** Over a WebSocket, for servers that speak nothing else. It ends without half-close. */
export const forwardOverWebSocket: Forward = async (api, { path, port, greets }, signal) => {
  const socket = await openSocket(api, `${path}?ports=${port}`);
  const forward = new WebSocketForward(socket, greets);
  try {
    await opened(socket, `dialling ${path}`, signal);
    return forward;
  } catch (error) {
    forward.destroy();
    throw error;
  }
};

class WebSocketForward extends Duplex implements ForwardedPort {
  readonly greeting: Greeting;
  readonly #socket: WebSocket;
  /** Channels whose first message, the port's number, has come. */
  readonly #announced = new Set<number>();
  #blocked: (() => void) | undefined;

  constructor(socket: WebSocket, greets: boolean) {
    super({ readableHighWaterMark: UNSENT_BYTES, writableHighWaterMark: UNSENT_BYTES });
    this.#socket = socket;
    this.greeting = new Greeting(greets);
    this.once('close', () => this.greeting.closed());
    // It may break before anybody listens; whoever does sees that it is closed.
    this.on('error', () => {});
    socket.on('message', (message: Buffer) => this.#receive(message));
    socket.on('close', () => {
      if (this.writableFinished || this.readableEnded) this.push(null);
      else this.destroy();
    });
    socket.on('error', (error) => this.destroy(error));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send([chunk], done);
  }

  override _writev(
    chunks: { readonly chunk: Buffer; readonly encoding: BufferEncoding }[],
    done: () => void,
  ): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.terminate();
    done(error);
  }

  #send(chunks: readonly Buffer[], done: () => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      done();
      return;
    }
    this.#socket.send(Buffer.concat([DATA, ...chunks]), { binary: true }, () => {
      if (this.#socket.bufferedAmount >= UNSENT_BYTES) return;
      // What waits is sent at once, and may have to wait again.
      const waiting = this.#blocked;
      this.#blocked = undefined;
      waiting?.();
    });
    if (this.#socket.bufferedAmount < UNSENT_BYTES) done();
    else this.#blocked = done;
  }

  #receive(message: Buffer): void {
    const [from = 0] = message;
    if (!this.#announced.has(from)) {
      this.#announced.add(from);
      return;
    }
    const content = message.subarray(1);
    if (from === channel.error) {
      this.destroy(new ApiRefusal(0, 'PortForward', content.toString().trim()));
      return;
    }
    const rest = this.greeting.strip(content);
    if (rest.length > 0 && !this.push(rest)) this.#socket.pause();
  }
}
