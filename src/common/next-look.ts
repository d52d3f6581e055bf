/** How patiently something is looked at again and again until it is there. */
export interface Looks {
  /** Shortest pause between two looks, milliseconds. */
  readonly quickest: number;
  /** Longest pause between two looks, milliseconds. */
  readonly slowest: number;
  /** Between the two a pause is this part of how long was waited so far, which is by how much it is seen too late. */
  readonly part: number;
}

/**
 * Pause until the next look at what was waited for so long already, both in milliseconds. What comes soon is seen soon;
 * much that comes late at once, because the machine is busy with it, is not kept from coming by being looked at.
 */
export function nextLook(waitedMs: number, { quickest, slowest, part }: Looks): number {
  return Math.min(Math.max(waitedMs * part, quickest), slowest);
}
