import { pause } from '../common/deadline.ts';
import { closeConnections, type ServedConnection } from '../netfilter/index.ts';
import { ConversationWatch } from './conversation-watch.ts';
import { DRAIN, DRAIN_ORIGINAL } from './timings.ts';

/** What must be known of the agent while its port is drained. */
export interface DrainOptions {
  /** Tells the agent's own connections, which it ends itself, by their caller's port. */
  readonly isOurs: (peerPort: number) => boolean;
  /** False as soon as the original is to be called again. */
  readonly isWanted: () => boolean;
}

/**
 * Closes the connections that callers had to the original container before its port was taken over, so that their
 * next ones come here: idle ones at a good moment, those with a request in flight when it has been answered. A request
 * that takes longer than the drain deadline is cut off, for it may be a stream that never ends.
 * Errors: `Error` when the kernel cannot close connections of others.
 */
export async function drainOriginal(port: number, { isOurs, isWanted }: DrainOptions): Promise<void> {
  const startedAt = performance.now();
  const conversations = new ConversationWatch();
  while (isWanted()) {
    const elapsed = performance.now() - startedAt;
    let ours = 0;
    const left = closeConnections(port, (connection) => {
      if (isOurs(connection.peerPort)) {
        ours += 1;
        return false;
      }
      const idle = conversations.isIdle(connection, elapsed < DRAIN_ORIGINAL.choosyMs);
      return idle || isOverdue(connection, elapsed);
    });
    if (left === ours) return;
    await pause(DRAIN.lookAgainMs);
  }
}

function isOverdue({ receivedAgo }: ServedConnection, elapsed: number): boolean {
  const { deadlineMs } = DRAIN;
  return elapsed > DRAIN_ORIGINAL.giveUpMs || (elapsed > deadlineMs && receivedAgo > deadlineMs);
}
