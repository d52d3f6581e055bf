import type { Duplex } from 'node:stream';

const INTERVAL_MS = 1000;

/** A control duplex on which nothing came for so long is dead, even if nobody said so. */
const DEAD_AFTER_MS = 15_000;

/**
 * Sends an empty line each second and destroys the duplex when nothing came from the other end for too long.
 * Time in which this process could not hear anything (sleep, no processor) does not count.
 * Returns what the reader of the duplex calls whenever anything arrives.
 */
export function keepBeating(duplex: Duplex): () => void {
  let heardAt = performance.now();
  let tickedAt = heardAt;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - tickedAt > 2 * INTERVAL_MS) heardAt = now;
    tickedAt = now;
    if (now - heardAt > DEAD_AFTER_MS) duplex.destroy();
    else if (duplex.writable) duplex.write('\n');
  }, INTERVAL_MS);
  duplex.once('close', () => clearInterval(timer));
  return () => {
    heardAt = performance.now();
  };
}
