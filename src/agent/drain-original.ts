import { pause } from '../common/deadline.ts';
import { closeConnections, type ServedConnection } from '../netfilter/index.ts';
import { DRAIN_DEADLINE_MS } from './drain.ts';

const LOOK_AGAIN_MS = 2;

/**
 * When a connection may be closed, milliseconds after its last answer. Its caller needs a moment to notice, and a
 * request it sends in that moment is lost. Right after an answer the next request is least likely for callers that ask
 * at a pace; after long quiet it is for those that ask at random. In between, wait.
 */
const JUST_ANSWERED_MS = { from: 3, to: 8 };
const LONG_QUIET_MS = 100;

/** A connection on which nothing was ever asked is left alone for so long: its first request is about to come. */
const UNUSED_MS = 200;

/**
 * Closes the connections that callers had to the original container before its port was taken over, so that their
 * next ones come here: idle ones first, those with a request in flight when it has been answered, the rest at the
 * deadline. `isOurs` tells this agent's own connections, which it ends itself, by their caller's port.
 * Errors: `Error` when the kernel cannot close connections of others.
 */
export async function drainOriginal(port: number, isOurs: (peerPort: number) => boolean): Promise<void> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const late = performance.now() > deadline;
    let ours = 0;
    const left = closeConnections(port, (connection) => {
      if (isOurs(connection.peerPort)) {
        ours += 1;
        return false;
      }
      return late || isIdle(connection);
    });
    if (left === ours) return;
    await pause(LOOK_AGAIN_MS);
  }
}

/** Whether the last thing that happened was the server's answer, and its caller is not about to ask again. */
export function isIdle({ pending, received, answered, sentAgo, receivedAgo }: ServedConnection): boolean {
  if (pending > 0) return false;
  if (received === 0) return receivedAgo >= UNUSED_MS;
  if (answered === 0 || sentAgo > receivedAgo) return false;
  return (sentAgo >= JUST_ANSWERED_MS.from && sentAgo <= JUST_ANSWERED_MS.to) || sentAgo >= LONG_QUIET_MS;
}
