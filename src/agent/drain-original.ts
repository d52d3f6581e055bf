import { pause } from '../common/deadline.ts';
import { closeConnections } from '../netfilter/index.ts';
import { ConversationWatch } from './conversation-watch.ts';
import { DRAIN_DEADLINE_MS } from './drain.ts';

const LOOK_AGAIN_MS = 2;

/**
 * Closes the connections that callers had to the original container before its port was taken over, so that their
 * next ones come here: idle ones first, those with a request in flight when it has been answered, the rest at the
 * deadline. `isOurs` tells this agent's own connections, which it ends itself, by their caller's port.
 * Errors: `Error` when the kernel cannot close connections of others.
 */
export async function drainOriginal(port: number, isOurs: (peerPort: number) => boolean): Promise<void> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  const conversations = new ConversationWatch();
  for (;;) {
    const late = performance.now() > deadline;
    let ours = 0;
    const left = closeConnections(port, (connection) => {
      if (isOurs(connection.peerPort)) {
        ours += 1;
        return false;
      }
      return conversations.isIdle(connection) || late;
    });
    if (left === ours) return;
    await pause(LOOK_AGAIN_MS);
  }
}
