import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { pause } from '../common/deadline.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal, explain, refusalOf, statusOf } from './failures.ts';
import { type PodAddress, podPath } from './pod-address.ts';
import { opened, openSocket } from './web-socket.ts';

/** What may wait unsent, bytes: enough to keep the connection busy, little enough that a heartbeat is not stuck behind it. */
const UNSENT_BYTES = 1024 * 1024;

/** The protocol's channels for one forwarded port. */
const channel = { data: 0, error: 1 } as const;
const DATA = Buffer.from([channel.data]);

/** A port of a pod. */
export interface PodPort extends PodAddress {
  /** On the pod's loopback address. */
  readonly port: number;
  /**
   * Whether the program there sends one byte before all else: the only sure sign that it is there, since a forwarded
   * port is open before anybody has tried to connect to it. The byte is not passed on. Default: false.
   */
  readonly greets?: boolean;
}

/**
 * Opens a stream to a port of a pod through the API server, in the protocol of `kubectl port-forward` over a WebSocket.
 * It ends without half-close. That nobody listens there shows only after it was opened: then it breaks with an
 * `ApiRefusal`. The client library's own port-forward piles up without limit whatever one side is too slow for.
 * Errors: `cluster-unreachable`, `credential-refused`, `permission-missing`, `cluster-failed`, `cancelled`.
 */
export async function dialPod(
  api: ClusterApi,
  { port, greets = false, ...address }: PodPort,
  signal?: AbortSignal,
): Promise<PortForward> {
  const path = `${podPath(address, 'portforward')}?ports=${port}`;
  const socket = await openSocket(api, path);
  const stream = new PortForward(socket, greets);
  try {
    await opened(socket, `dialling ${address.pod}`, signal);
    return stream;
  } catch (error) {
    stream.destroy();
    throw explain(api.cluster, `reach port ${port} of pod ${address.pod}`, error);
  }
}

/**
 * An answer that nobody listens takes a way to the node and back, and some work there, milliseconds: as opening did,
 * which is waited for several times, within these bounds.
 */
const REFUSAL_MS = { least: 250, most: 1000, timesOpening: 6 };

/**
 * Whether somebody listens on a port of a pod: for sure where the program greets, else as long as no refusal comes.
 * Errors: those of `dialPod`, without the refusal itself.
 */
export async function listens(api: ClusterApi, at: PodPort): Promise<boolean> {
  let stream: PortForward;
  const start = performance.now();
  try {
    stream = await dialPod(api, at);
  } catch (error) {
    if (refusalOf(error) !== undefined && statusOf(error) !== 403) return false;
    throw error;
  }
  stream.resume();
  const { least, most, timesOpening } = REFUSAL_MS;
  const enough = Math.max(least, (performance.now() - start) * timesOpening);
  const patience = at.greets === true ? most : Math.min(most, enough);
  const outcome = await Promise.race([stream.greeted, pause(patience).then(() => at.greets !== true)]);
  stream.destroy();
  return outcome;
}

/** One forwarded port as a stream that honours back-pressure both ways. */
export class PortForward extends Duplex {
  readonly #socket: WebSocket;
  /** Channels whose first message, the port's number, has come. */
  readonly #announced = new Set<number>();
  #blocked: (() => void) | undefined;

  /** Resolves to true when the other side has sent its greeting, to false when it was closed before. */
  readonly greeted: Promise<boolean>;
  #awaitsGreeting: boolean;
  #tellGreeting: (greeted: boolean) => void = () => {};

  constructor(socket: WebSocket, greets: boolean) {
    super({ readableHighWaterMark: UNSENT_BYTES, writableHighWaterMark: UNSENT_BYTES });
    this.#socket = socket;
    this.#awaitsGreeting = greets;
    this.greeted = new Promise((resolve) => {
      this.#tellGreeting = resolve;
    });
    this.once('close', () => this.#tellGreeting(false));
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
      this.#blocked?.();
      this.#blocked = undefined;
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
    let content = message.subarray(1);
    if (from === channel.data && this.#awaitsGreeting && content.length > 0) {
      this.#awaitsGreeting = false;
      this.#tellGreeting(true);
      content = content.subarray(1);
    }
    if (from === channel.error) this.destroy(new ApiRefusal(0, 'PortForward', content.toString().trim()));
    else if (content.length > 0 && !this.push(content)) this.#socket.pause();
  }
}
