/** A connection on which nothing was ever asked is left alone for so long, milliseconds: its first request is about to come. */
export const UNUSED_MS = 200;

/** Right after an answer, milliseconds; not at once, for it may come in pieces. */
export const JUST_ANSWERED_MS = { from: 3, to: 9 };

/** After so long a quiet, milliseconds, a caller is no more likely to ask this very moment than at any other. */
export const LONG_QUIET_MS = 130;

/**
 * Whoever asked within this time, milliseconds, most likely asks again soon. Where the next answer can tell that it is
 * the last one, waiting for that loses nothing.
 */
export const RECENT_MS = 600;

/**
 * Whether to close an idle connection so many milliseconds after its last answer. Its caller needs a moment to notice,
 * and a request sent in that moment is lost. Right after an answer the next request is least likely from those who ask
 * at a pace, and after long quiet from all others; in between it is better to wait. Not at once after an answer, which
 * may come in pieces.
 */
export function isGoodMoment(quietMs: number): boolean {
  return (quietMs >= JUST_ANSWERED_MS.from && quietMs <= JUST_ANSWERED_MS.to) || quietMs >= LONG_QUIET_MS;
}
