import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Claimant, ClaimKey, PortTakeover } from './claim.ts';
import type { PortTable } from './ports.ts';

/** A program of the workload may be on its way as this agent is: so long is waited for it, milliseconds. */
const PATIENCE = { everyMs: 500, times: 10 };

/**
 * Whoever claims a port hears, after some seconds, that nothing listens on it, at no address: nobody may be calling it. Not
 * when the claim is given back meanwhile. Never rejects.
 */
export async function tellUnheard(
  takeover: Pick<PortTakeover, 'isListenedOn'>,
  ports: PortTable,
  claimant: Claimant,
  key: ClaimKey,
): Promise<void> {
  const { port, tunnel } = key;
  try {
    for (let time = 0; time < PATIENCE.times; time += 1) {
      // Never right away: what looks is loaded then, while a replica waits for its port to be taken over.
      await pause(PATIENCE.everyMs);
      if (ports.heldBy(claimant, key) === undefined || (await takeover.isListenedOn(port))) return;
    }
    claimant.send({ type: 'unheard', port, tunnel });
  } catch (error) {
    console.error(`whether something listens on port ${port} is not known: ${messageOf(error)}`);
  }
}
