import { pause } from '../common/deadline.ts';
import { closeConnections, listConnections, type TcpConnection } from '../netfilter/index.ts';
import { DRAIN_DEADLINE_MS } from './drain.ts';

const LOOK_AGAIN_MS = 10;

/** Quiet for so long after an answer, milliseconds; shorter pauses happen between the pieces of one answer. */
const QUIET_MS = 8;

/** A connection with nothing asked on it yet, or with nothing asked for long, is safe to close after this. */
const UNUSED_MS = 500;

/**
 * Closes the connections that callers had to the original container before its port was taken over, so that their
 * next ones come here: idle ones first, those with a request in flight when it has been answered, the rest at the
 * deadline. `isOurs` tells this agent's own connections, which it ends itself, by their caller's port.
 * Errors: `Error` when the kernel cannot close connections of others.
 */
export async function drainOriginal(port: number, isOurs: (peerPort: number) => boolean): Promise<void> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const open = (await listConnections(port)).filter(({ peerPort }) => !isOurs(peerPort));
    if (open.length === 0) return;
    const late = performance.now() > deadline;
    const closing = late ? open : open.filter(isIdle);
    if (!(await closeConnections(closing))) throw new Error('this kernel cannot close connections');
    if (late) return;
    await pause(LOOK_AGAIN_MS);
  }
}

/** Whether the last thing that happened was the server's answer, and nothing is on its way. */
export function isIdle(connection: TcpConnection): boolean {
  const { pending, used, sentAgo, receivedAgo } = connection;
  if (pending > 0) return false;
  if (!used) return receivedAgo >= UNUSED_MS;
  return sentAgo <= receivedAgo && sentAgo >= QUIET_MS;
}
