import { PIECES, QUIET } from './timings.ts';

/**
 * Whether to close an idle connection so many milliseconds after its last answer. Its caller needs a moment to notice,
 * and a request sent in that moment is lost. Right after an answer the next request is least likely from those who ask
 * at a pace, and after long quiet from all others; in between it is better to wait. Not at once after an answer, which
 * may come in pieces.
 */
export function isGoodMoment(quietMs: number): boolean {
  const { justAnsweredMs, longMs } = QUIET;
  return (quietMs >= justAnsweredMs.from && quietMs <= justAnsweredMs.to) || quietMs >= longMs;
}

/**
 * Whether more of an answer may come that has paused for `longestPauseMs` before, and is quiet now for `quietMs`: a stream
 * of events looks idle between any two of them.
 */
export function mayGoOn(longestPauseMs: number, quietMs: number): boolean {
  return (
    longestPauseMs >= PIECES.pauseMs && quietMs < Math.min(PIECES.pauses * longestPauseMs, PIECES.mostMs)
  );
}
