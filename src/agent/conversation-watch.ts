import type { ServedConnection } from '../netfilter/index.ts';
import { isGoodMoment } from './good-moment.ts';
import { QUIET } from './timings.ts';

/** Whose turn it is on a connection, as far as can be told from outside. */
type Turn = 'caller' | 'server' | 'unknown';

interface Seen {
  readonly turn: Turn;
  readonly received: number;
  readonly answered: number;
}

/**
 * Tells idle connections from those with a request in flight by looking at them again and again, without reading what
 * is said. The kernel's clock for a connection has a step of some milliseconds, in which an answer and the next request
 * can both fall: then only what happens next shows whose turn it is.
 */
export class ConversationWatch {
  readonly #seen = new Map<string, Seen>();

  /**
   * Takes note of a connection as it is now. True when its caller has got everything it asked for and, with `choosy`,
   * is not likely to ask again this very moment.
   */
  isIdle(connection: ServedConnection, choosy: boolean): boolean {
    const { peer, pending, received, answered, sentAgo, receivedAgo } = connection;
    const turn = turnNow(this.#seen.get(peer), connection);
    this.#seen.set(peer, { turn, received, answered });
    if (pending > 0) return false;
    if (received === 0) return receivedAgo >= QUIET.unusedMs;
    switch (turn) {
      case 'caller':
        return choosy ? isGoodMoment(sentAgo) : sentAgo >= QUIET.justAnsweredMs.from;
      case 'server':
        return false;
      case 'unknown':
        return Math.min(sentAgo, receivedAgo) >= QUIET.unknownMs;
    }
  }
}

function turnNow(before: Seen | undefined, now: ServedConnection): Turn {
  if (now.answered === 0) return now.received === 0 ? 'caller' : 'server';
  if (now.sentAgo !== now.receivedAgo) return now.sentAgo < now.receivedAgo ? 'caller' : 'server';
  if (before === undefined) return 'unknown';
  const asked = now.received > before.received;
  const answered = now.answered > before.answered;
  if (asked && answered) return before.turn === 'caller' ? 'caller' : 'unknown';
  if (asked) return 'server';
  if (answered) return 'caller';
  return before.turn;
}
