import { pause } from '../common/deadline.ts';
import { closeConnections, type ServedConnection } from '../netfilter/index.ts';
import { type Choosiness, ConversationWatch } from './conversation-watch.ts';
import { DRAIN, DRAIN_ORIGINAL } from './timings.ts';

/** What must be known of the agent while its port is drained. */
export interface DrainOptions {
  /** Tells the agent's own connections, which it ends itself, by their caller's port. */
  readonly isOurs: (peerPort: number) => boolean;
  /** False as soon as the original is to be called again. */
  readonly isWanted: () => boolean;
  /** Hears how many callers still have a connection to the original, whenever that changes. */
  readonly onLeft: (count: number) => void;
}

/**
 * Moves the connections that callers had to the original container before its port was taken over, by closing them, so
 * that their next ones come here: idle ones at a good moment, those with a request in flight when it has been answered,
 * however late. A stream that never ends stays where it began. Resolves when none is left, or none is wanted.
 * Errors: `Error` when the kernel cannot close connections of others.
 */
export async function drainOriginal(port: number, { isOurs, isWanted, onLeft }: DrainOptions): Promise<void> {
  const startedAt = performance.now();
  const conversations = new ConversationWatch();
  let told = 0;
  while (isWanted()) {
    const elapsed = performance.now() - startedAt;
    const peers = new Set<string>();
    closeConnections(port, (connection: ServedConnection) => {
      // What a proxy before the original has open is none of the original's, and new callers come there as before.
      if (connection.isOfProxy || isOurs(connection.peerPort)) return false;
      const due = conversations.isIdle(connection, choosinessAfter(elapsed));
      if (!due) peers.add(connection.peer);
      return due;
    });
    if (peers.size !== told) onLeft(peers.size);
    told = peers.size;
    if (peers.size === 0) return;
    conversations.keepOnly(peers);
    await pause(pauseAfter(elapsed));
  }
  if (told !== 0) onLeft(0);
}

function choosinessAfter(elapsed: number): Choosiness {
  if (elapsed < DRAIN_ORIGINAL.choosyMs) return 'choosy';
  return elapsed < DRAIN_ORIGINAL.anyMomentMs ? 'quiet' : 'any moment';
}

function pauseAfter(elapsed: number): number {
  if (elapsed < DRAIN.patientMs) return DRAIN.lookAgainMs;
  return elapsed < DRAIN_ORIGINAL.endlessMs ? DRAIN.laterMs : DRAIN_ORIGINAL.endlessLookMs;
}
