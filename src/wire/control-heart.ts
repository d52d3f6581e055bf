import type { Duplex } from 'node:stream';
import { startHeart } from '../common/heartbeat.ts';
import { CONTROL_PULSE } from '../programs/index.ts';

/**
 * Keeps a control duplex beating; one that is dead is destroyed, even if nobody said so.
 * Returns what the reader of the duplex calls whenever anything arrives.
 */
export function startControlHeart(duplex: Duplex, onSilence?: (silent: boolean) => void): () => void {
  const heart = startHeart(CONTROL_PULSE, {
    beat: () => duplex.writable && duplex.write('\n'),
    onSilent: () => onSilence?.(true),
    onHeard: () => onSilence?.(false),
    onDead: () => duplex.destroy(),
  });
  duplex.once('close', heart.stop);
  return heart.heard;
}
