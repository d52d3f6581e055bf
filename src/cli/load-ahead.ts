import { loadWidths } from '../config/index.ts';
import { loadArchiver } from '../image/index.ts';
import { loadNative } from '../runtime-directory/index.ts';

/**
 * Loads what a session loads only where it is needed: when it is, an upgrade or a rebuild may have taken its file away.
 * Each by the file that needs it: what another one has loaded is looked for on the disk again. Engine, platform and
 * terminal are not among it, which a session opens at its start.
 */
export async function loadAhead(): Promise<void> {
  await Promise.all([loadWidths(), loadArchiver(), loadNative()]);
}
