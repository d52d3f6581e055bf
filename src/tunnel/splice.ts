import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** One side of a joined connection. */
export interface Endpoint {
  readonly stream: Duplex;
  /** Ends it so that its other end notices a break, not a regular end. Harmless when it has ended. */
  abort(): void;
}

/**
 * Joins two endpoints: bytes with back-pressure, half-close as half-close, a broken side as a broken other side.
 * `done` is called once, when both are done.
 */
export function splice(left: Endpoint, right: Endpoint, done?: () => void): void {
  let open = 2;
  const join = (here: Duplex, there: Endpoint) => {
    here.on('error', () => {});
    const ended = () => {
      // An HTTP/2 stream that was reset ends too; passing that on as a regular end would hide the break.
      if (isReset(here)) there.abort();
      else there.stream.end();
    };
    if (here.readableEnded) ended();
    else here.once('end', ended);
    const closed = () => {
      if (isReset(here) || !(here.readableEnded && here.writableFinished)) there.abort();
      open -= 1;
      if (open === 0) done?.();
    };
    if (here.closed) closed();
    else here.once('close', closed);
    here.pipe(there.stream, { end: false });
  };
  join(left.stream, right);
  join(right.stream, left);
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
      else socket.resetAndDestroy();
    },
  };
}

function isReset(stream: Duplex): boolean {
  return 'rstCode' in stream && stream.rstCode !== undefined && stream.rstCode !== 0;
}
