import type { Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { systemCode } from '../common/errors.ts';
import { type IncomingStream, pump, socketEndpoint } from '../tunnel/index.ts';
import { isReadIn } from './is-read.ts';

/** So much, that came in one piece, a server reads at once or not at all, bytes. */
const AT_ONCE_BYTES = 4096;

/**
 * How long a service that has said nothing may be one that ends without having read anything, milliseconds. Well within
 * the time that an agent waits for its stream to be accepted.
 */
export const UNREAD_MS = 1500;

/** Pauses between looks whether the service is gone, milliseconds. */
const LOOKS_MS = [2, 10, 40];

/** What a stream needs to know of the service that it goes to. */
export interface ServiceEnd {
  /** Whether the service is gone. */
  hasEnded(): Promise<boolean>;
  /**
   * Connects to it once more, where `asked` goes first: something listens there that has not read it. Undefined when that was
   * done before: whoever closes it again does so on purpose.
   */
  readonly again: ((asked: Buffer | undefined) => void) | undefined;
}

/**
 * Carries a stream to a socket of the service. A program that ends closes the connections that it has not read, and
 * executes nothing of what they brought: such a stream is refused as if nothing had listened, so that it can go elsewhere;
 * where something listens all the same, such as the next program or the one that started it, it goes there once more.
 * So that this can be told, no more than a small first piece is sent until the service has read it. The stream is accepted
 * then, or as soon as the service has said something, or after some time. `early`: the first piece, if it was read already.
 */
export function carryUntilRead(
  incoming: IncomingStream,
  socket: Socket,
  service: ServiceEnd,
  early?: Buffer,
): void {
  const { stream } = incoming;
  const over = new AbortController();
  let asked = early;
  const settle = () => {
    clearTimeout(timer);
    over.abort();
    stream.off('data', onAsked).off('end', onAskedAll).off('close', onGone).pause();
    socket.off('data', onSaid).off('end', onEnd).off('error', onBroken).pause();
  };
  const carry = () => {
    incoming.accept();
    pump(incoming, socketEndpoint(socket));
  };
  const onAsked = (chunk: Buffer) => {
    if (asked !== undefined) return hold(asked, chunk);
    asked = chunk.subarray(0, AT_ONCE_BYTES);
    socket.write(asked);
    if (asked.length < chunk.length) hold(asked, chunk.subarray(asked.length));
  };
  /** What follows goes out when the service has read what came first. */
  const hold = (first: Buffer, rest?: Buffer) => {
    stream.pause();
    if (rest !== undefined) stream.unshift(rest);
    void isReadIn(socket, first.length, over.signal).then((isRead) => {
      if (!isRead) return;
      settle();
      carry();
    });
  };
  const onAskedAll = () => (asked === undefined ? socket.end() : hold(asked));
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
    if (isUnread && (await hasSoonEnded(service))) {
      socket.destroy();
      incoming.refuse();
    } else if (isUnread && service.again !== undefined) {
      socket.destroy();
      service.again(asked);
    } else if (socket.destroyed) {
      incoming.accept();
      incoming.abort();
    } else carry();
  };
  const onEnd = () => {
    settle();
    // Whoever has read all that came says a regular end; what comes after that is answered by a reset, which is seen in
    // writing alone.
    if (asked === undefined) void closed(true);
    else socket.write('', (error) => void closed(Boolean(error)));
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
  if (early !== undefined) socket.write(early);
  stream.on('data', onAsked).on('end', onAskedAll).on('close', onGone).resume();
  socket.on('data', onSaid).on('end', onEnd).on('error', onBroken);
  if (stream.readableEnded) onAskedAll();
}

/** The kernel closes what a program had one after the other: what it listens on may be the last. */
async function hasSoonEnded(service: ServiceEnd): Promise<boolean> {
  for (const waitMs of LOOKS_MS) {
    if (await service.hasEnded().catch(() => false)) return true;
    await pause(waitMs);
  }
  return false;
}

function ignore(): void {
  // Whoever listens for it hears it.
}
