/** What came of one attempt to send a request. */
export type Outcome<T> =
  | { readonly value: T }
  | { readonly error: Error /** On a connection that was used before. */; readonly reused: boolean };

/**
 * Makes an attempt, and another one when the first failed on a kept connection, which the server may have closed just
 * as it was used: that says nothing about the server. Errors: those of the last attempt.
 */
export async function onceMoreIfStale<T>(
  attempt: () => Promise<Outcome<T>>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const first = await attempt();
  const outcome = 'error' in first && first.reused && !signal?.aborted ? await attempt() : first;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
