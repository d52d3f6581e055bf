import { QUIET } from './timings.ts';

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
