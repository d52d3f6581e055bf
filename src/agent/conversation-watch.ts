import type { ServedConnection } from '../netfilter/index.ts';
import { isGoodMoment, mayGoOn } from './good-moment.ts';
import { PIECES, QUIET } from './timings.ts';

/** Whose turn it is on a connection, as far as can be told from outside. */
type Turn = 'caller' | 'server' | 'unknown';

interface Seen {
  readonly turn: Turn;
  readonly received: number;
  readonly answered: number;
  /** When the server was last seen to have said something, by the watch's clock; undefined before. */
  readonly spokeAt: number | undefined;
  /** Longest pause within the answer that came last, milliseconds. */
  readonly pauseMs: number;
  /** An answer without a pause was seen that the next request followed: those of this server come whole. */
  readonly comesWhole: boolean;
}

/** How choosy to be about the moment. */
export type Choosiness = 'choosy' | 'quiet' | 'any moment';

/**
 * Tells idle connections from those with a request in flight by looking at them again and again, without reading what
 * is said. The kernel's clock for a connection has a step of some milliseconds, in which an answer and the next request
 * can both fall: then only what happens next shows whose turn it is. A server that speaks again without being asked is
 * not done.
 */
export class ConversationWatch {
  readonly #seen = new Map<string, Seen>();

  /**
   * Takes note of a connection as it is at a moment, milliseconds. True when its caller has got everything it asked for
   * and, if `choosy`, is not likely to ask again this very moment; at `any moment`, as soon as it was answered.
   */
  isIdle(connection: ServedConnection, how: Choosiness, now = performance.now()): boolean {
    const { peer, pending, received, sentAgo, receivedAgo, packetsReceived, packetsSent } = connection;
    const seen = lookedAt(this.#seen.get(peer), connection, now);
    this.#seen.set(peer, seen);
    if (pending > 0) return false;
    if (received === 0) return receivedAgo >= QUIET.unusedMs;
    if (mayGoOn(seen.pauseMs, sentAgo)) return false;
    switch (seen.turn) {
      case 'caller':
        return seen.comesWhole ? isMoment(sentAgo, how) : sentAgo >= QUIET.unprovenMs;
      case 'server':
        return false;
      case 'unknown':
        // One packet each is the rule: with fewer answers than requests one is most likely missing.
        return receivedAgo >= (packetsSent < packetsReceived ? QUIET.doubtfulMs : QUIET.unknownMs);
    }
  }

  /** Forgets all but these: the others are gone. */
  keepOnly(peers: ReadonlySet<string>): void {
    for (const peer of this.#seen.keys()) if (!peers.has(peer)) this.#seen.delete(peer);
  }
}

function isMoment(sentAgo: number, how: Choosiness): boolean {
  switch (how) {
    case 'choosy':
      return isGoodMoment(sentAgo);
    case 'quiet':
      return sentAgo >= QUIET.justAnsweredMs.from;
    case 'any moment':
      return true;
  }
}

function lookedAt(before: Seen | undefined, connection: ServedConnection, now: number): Seen {
  const { received, answered } = connection;
  const turn = turnNow(before, connection);
  if (before === undefined) {
    const { sentAgo, receivedAgo } = connection;
    const late = answered > 0 && received > 0 ? receivedAgo - sentAgo : 0;
    const pauseMs = turn === 'caller' && late >= PIECES.unseenMs ? late : 0;
    return { turn, received, answered, spokeAt: undefined, pauseMs, comesWhole: false };
  }
  const isAsked = received > before.received;
  const spoke = answered > before.answered;
  const pause = spoke && !isAsked && before.spokeAt !== undefined ? now - before.spokeAt : 0;
  const hasEnded = isAsked && (spoke || before.turn === 'caller');
  return {
    turn,
    received,
    answered,
    comesWhole: before.comesWhole ? before.pauseMs === 0 : hasEnded && before.pauseMs === 0,
    spokeAt: spoke ? now : isAsked ? undefined : before.spokeAt,
    pauseMs: isAsked ? 0 : Math.max(before.pauseMs, pause >= PIECES.pauseMs ? pause : 0),
  };
}

/**
 * Where the last words of both fell into one step of the kernel's clock, it tells whether the caller has acknowledged
 * something after it asked: what comes with a request is acknowledged with it, what comes later mostly by itself.
 */
function turnNow(before: Seen | undefined, now: ServedConnection): Turn {
  if (now.answered === 0) return now.received === 0 ? 'caller' : 'server';
  if (now.sentAgo !== now.receivedAgo) return now.sentAgo < now.receivedAgo ? 'caller' : 'server';
  if (now.acknowledgedAgo < now.receivedAgo) return 'caller';
  if (before === undefined) return 'unknown';
  const asked = now.received > before.received;
  const answered = now.answered > before.answered;
  if (asked && answered) return 'unknown';
  if (asked) return 'server';
  if (answered) return 'caller';
  return before.turn;
}
