import { pause } from '../common/deadline.ts';
import { closeConnections, type ServedConnection } from '../netfilter/index.ts';
import { ConversationWatch } from './conversation-watch.ts';
import { DRAIN_DEADLINE_MS } from './drain.ts';

const LOOK_AGAIN_MS = 2;

/** How long to wait for a good moment, milliseconds; afterwards any moment without a request in flight will do. */
const CHOOSY_MS = 700;

/** A pool under constant load is never idle all at once; whoever is left then is cut off, milliseconds. */
const GIVE_UP_MS = 10_000;

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
      const idle = conversations.isIdle(connection, elapsed < CHOOSY_MS);
      return idle || isOverdue(connection, elapsed);
    });
    if (left === ours) return;
    await pause(LOOK_AGAIN_MS);
  }
}

function isOverdue({ receivedAgo }: ServedConnection, elapsed: number): boolean {
  return elapsed > GIVE_UP_MS || (elapsed > DRAIN_DEADLINE_MS && receivedAgo > DRAIN_DEADLINE_MS);
}
