import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { systemCode } from '../common/errors.ts';
import { type IncomingStream, pump, socketEndpoint } from '../tunnel/index.ts';

/** So much, that came in one piece, a server reads at once or not at all, bytes. */
const AT_ONCE_BYTES = 4096;

/**
 * How long a service that has said nothing may be one that ends without having read anything, milliseconds. Well within
 * the time that an agent waits for its stream to be accepted.
 */
export const UNREAD_MS = 1500;

/** Pauses between looks whether the service is gone, milliseconds. */
const LOOKS_MS = [2, 10, 40];

/**
 * Carries a stream to a socket of the service. A program that ends closes the connections that it has not read, and
 * executes nothing of what they brought: such a stream is refused as if nothing had listened, so that it can go elsewhere.
 * It is accepted as soon as the service has said something, more was sent than is surely unread then, or some time has
 * passed. `hasEnded` says whether the service is gone: one that is there has closed the connection on purpose.
 */
export function carryUntilRead(
  incoming: IncomingStream,
  socket: Socket,
  hasEnded: () => Promise<boolean>,
): void {
  const { stream } = incoming;
  let hasAsked = false;
  const settle = () => {
    clearTimeout(timer);
    stream.off('data', onAsked).off('end', onAskedAll).off('close', onGone).pause();
    socket.off('data', onSaid).off('end', onEnd).off('error', onBroken).pause();
  };
  const carry = () => {
    incoming.accept();
    pump(incoming, socketEndpoint(socket));
  };
  const onAsked = (chunk: Buffer) => {
    if (!hasAsked && chunk.length <= AT_ONCE_BYTES) {
      hasAsked = true;
      socket.write(chunk);
      return;
    }
    settle();
    stream.unshift(chunk);
    carry();
  };
  const onAskedAll = () => socket.end();
  const onGone = () => {
    settle();
    socket.destroy();
  };
  const onSaid = (chunk: Buffer) => {
    settle();
    socket.unshift(chunk);
    carry();
  };
  const closed = async (isUnread: boolean) => {
    if (isUnread && (await hasSoonEnded(hasEnded))) {
      socket.destroy();
      incoming.refuse();
    } else if (socket.destroyed) {
      incoming.accept();
      incoming.abort();
    } else carry();
  };
  const onEnd = () => {
    settle();
    // Whoever has read all that came says a regular end; what comes after that is answered by a reset, which is seen in
    // writing alone.
    if (hasAsked && !socket.writableEnded) socket.write('', (error) => void closed(Boolean(error)));
    else void closed(!hasAsked);
  };
  const onBroken = (error: Error) => {
    settle();
    void closed(systemCode(error) === 'ECONNRESET');
  };
  const onLate = () => {
    settle();
    carry();
  };
  const timer = setTimeout(onLate, UNREAD_MS);
  timer.unref();
  socket.on('error', ignore);
  stream.on('data', onAsked).on('end', onAskedAll).on('close', onGone);
  socket.on('data', onSaid).on('end', onEnd).on('error', onBroken);
}

/** The kernel closes what a program had one after the other: what it listens on may be the last. */
async function hasSoonEnded(hasEnded: () => Promise<boolean>): Promise<boolean> {
  for (const waitMs of LOOKS_MS) {
    if (await hasEnded().catch(() => false)) return true;
    await pause(waitMs);
  }
  return false;
}

function ignore(): void {
  // Whoever listens for it hears it.
}
