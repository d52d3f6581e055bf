import type { Duplex } from 'node:stream';
import { type Pulse, startHeart } from '../common/heartbeat.ts';

/**
 * An empty line each second. An agent that was silent for six has surely lost its claims: it lets them rest after
 * three without a sign of us, and where it does not run at all, the kernel's leases of five seconds have ended.
 */
const PULSE: Pulse = { intervalMs: 1000, silentAfterMs: 6000, deadAfterMs: 15_000 };

/**
 * Keeps a control duplex beating; one that is dead is destroyed, even if nobody said so.
 * Returns what the reader of the duplex calls whenever anything arrives.
 */
export function startControlHeart(duplex: Duplex, onSilence?: (silent: boolean) => void): () => void {
  const heart = startHeart(PULSE, {
    beat: () => duplex.writable && duplex.write('\n'),
    onSilent: () => onSilence?.(true),
    onHeard: () => onSilence?.(false),
    onDead: () => duplex.destroy(),
  });
  duplex.once('close', heart.stop);
  return heart.heard;
}
