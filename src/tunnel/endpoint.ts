import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** One side of a joined connection. */
export interface Endpoint {
  readonly stream: Duplex;
  /** Ends it so that its other end notices a break, not a regular end. Harmless when it has ended. */
  abort(): void;
}

/** What can be broken off like a TCP socket. */
export type Resettable = Duplex & Pick<Socket, 'connecting'> & { resetAndDestroy(): unknown };

/** A TCP socket as an endpoint: its break is a TCP reset. The socket must allow half-open connections. */
export function socketEndpoint(socket: Resettable): Endpoint {
  return {
    stream: socket,
    abort: () => {
      if (socket.destroyed) return;
      if (socket.connecting) socket.destroy();
      else if (isHalfClosing(socket)) socket.once('finish', () => socket.resetAndDestroy());
      else socket.resetAndDestroy();
    },
  };
}

/**
 * Its end is being sent this very moment. The kernel's reset cannot be asked for then: Node forgets the socket without
 * closing it, so that its descriptor stays for good and nobody hears of its close.
 */
function isHalfClosing({ writableEnded, writableLength, writableFinished }: Resettable): boolean {
  return writableEnded && writableLength === 0 && !writableFinished;
}

const refused = new WeakSet<Duplex>();

/** The other end of a stream has refused it: its regular end, which follows at once, is none. */
export function noteRefused(stream: Duplex): void {
  refused.add(stream);
}

/** Whether a stream was refused, or ended by a reset of HTTP/2: for Node both are an end like any other. */
export function isReset(stream: Duplex): boolean {
  if (refused.has(stream)) return true;
  return 'rstCode' in stream && stream.rstCode !== undefined && stream.rstCode !== 0;
}
