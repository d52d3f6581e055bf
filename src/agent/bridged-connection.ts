import { socketEndpoint, splice, type Tunnel } from '../tunnel/index.ts';
import type { Caller, OpenConnection } from './open-connection.ts';

/** What a caller may send before the service has answered, in bytes; it is kept to be sent again elsewhere. */
const KEPT_BYTES = 64 * 1024;

/** A gateway that does not answer in this time will not. */
const ANSWER_MS = 3000;

/**
 * Sends a caller's connection through a tunnel to the service. The first bytes go out at once and are kept until the
 * service has accepted; when it refuses, `fallBack` gets them, and the caller notices nothing.
 */
export function bridge(
  socket: Caller,
  tunnel: Tunnel,
  to: number,
  open: OpenConnection,
  fallBack: (early: readonly Buffer[]) => void,
): void {
  const early: Buffer[] = [];
  let opened: ReturnType<Tunnel['open']>;
  try {
    opened = tunnel.open({ kind: 'tcp', host: '127.0.0.1', port: to });
  } catch {
    open.done();
    fallBack(early);
    return;
  }
  let kept = 0;
  const keep = (chunk: Buffer) => {
    early.push(chunk);
    kept += chunk.length;
    opened.stream.write(chunk);
    if (kept >= KEPT_BYTES) socket.pause();
  };
  let settled = false;
  const settle = (next: () => void) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    socket.off('data', keep);
    socket.off('close', gone);
    next();
  };
  const refused = () =>
    settle(() => {
      socket.pause();
      opened.abort();
      open.done();
      fallBack(early);
    });
  const gone = () =>
    settle(() => {
      opened.abort();
      open.done();
    });
  const timer = setTimeout(refused, ANSWER_MS);
  socket.on('data', keep);
  socket.once('close', gone);
  opened.accepted.then(
    () =>
      settle(() => {
        splice(socketEndpoint(socket), opened, () => open.done());
        open.joined(opened.stream);
      }),
    refused,
  );
}
