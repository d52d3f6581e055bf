/**
 * Times of draining: when a caller's connection is ended so that no request is lost, milliseconds. What must hold
 * between them, and with the times of other programs, is tested in `test/unit/agent/timings.test.ts`.
 */

/** Draining the connections that this agent carries itself. */
export const DRAIN = {
  /** A kept connection is idle for only a few milliseconds between two requests; a look costs microseconds. */
  lookAgainMs: 2,
  /** So long callers are waited for that ask again and again: the next answer tells them. */
  patientMs: 1000,
  /** How often is looked after that, for as long as it takes. */
  laterMs: 25,
  /** A bridge is called live when nobody is left with the original, and at the latest after this. */
  callLiveMs: 2000,
  /** Requests in flight may take so long to end when a port is given back, unless the session says otherwise. */
  deadlineMs: 10_000,
  /** Who was sent here by the packet rules just before a port was left arrives within this time. */
  onTheWayMs: 300,
} as const;

/** The end of an agent, and of the workload that it is with. */
export const END = {
  /** What is left of the time that its platform gives it when it is done, for a busy machine. */
  reserveMs: 2000,
} as const;

/**
 * How long an agent that is asked to end may let requests in flight go on, when its platform ends it by force after
 * `graceMs`; undefined = nobody knows when.
 */
export function endsWithin(graceMs: number | undefined): number {
  if (graceMs === undefined) return DRAIN.deadlineMs;
  return Math.max(graceMs - END.reserveMs, graceMs / 2);
}

/** Asking a session, on behalf of another one, to let go of a port, milliseconds. */
export const ASKING = {
  /** A session that has not answered after so long does not agree. */
  answerMs: 5000,
  /** One that agrees gives the port back by itself; so long that is waited for, and how often is looked. */
  goneMs: 3000,
  lookMs: 20,
} as const;

/** Moving the connections that callers had to the original container before its port was taken over. */
export const DRAIN_ORIGINAL = {
  /** How long to wait for a good moment; afterwards any moment without a request in flight will do. */
  choosyMs: 700,
  /** A pool under constant load is never quiet; after this the moment between an answer and the next request will do. */
  anyMomentMs: 10_000,
  /** Whoever is left after this has something endless: it is looked at more rarely. */
  endlessMs: 60_000,
  /** How often, then. */
  endlessLookMs: 500,
} as const;

/** An answer that comes in pieces, such as a stream of events, has pauses within. */
export const PIECES = {
  /** Shorter ones happen in any answer. */
  pauseMs: 50,
  /** An answer that came so long after its request may be one of several: nobody saw the others. */
  unseenMs: 1000,
  /** A quiet of so many of the longest pause means that the answer is over. */
  pauses: 3,
  /** However long the pauses were. */
  mostMs: 60_000,
} as const;

/** What the quiet on a connection says about the next request. */
export const QUIET = {
  /** Right after an answer; not at once, for it may come in pieces. The next request is least likely then. */
  justAnsweredMs: { from: 3, to: 9 },
  /** After so long a quiet a caller is no more likely to ask this very moment than at any other. */
  longMs: 130,
  /** A connection on which nothing was ever asked is left alone for so long: its first request is about to come. */
  unusedMs: 200,
  /** When it cannot be told who spoke last, so long a quiet means that nobody waits for an answer. */
  unknownMs: 500,
  /** Where it rather seems that somebody does. */
  doubtfulMs: 10_000,
  /** Of a server whose answers were not seen to come whole, an answer is over after so long a quiet. */
  unprovenMs: 1500,
  /**
   * Whoever asked within this time most likely asks again soon. Where the next answer can tell that it is the last one,
   * waiting for that loses nothing.
   */
  recentMs: 600,
} as const;

/** A fresh connection, until it is known where it goes. */
export const ARRIVAL = {
  /** Who says nothing for so long waits for the server to speak first; it is no HTTP probe. */
  speaksFirstMs: 200,
  /** A gateway that has not connected to the service in this time will not; then the original answers. */
  acceptedMs: 3000,
} as const;
