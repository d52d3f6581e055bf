import type { SessionIdentity } from '../model/identity.ts';
import type { Platform } from '../platform/index.ts';
import { greet } from '../wire/index.ts';
import { greetingOf } from './greeting-of.ts';

/**
 * Asks every agent on the platform to end if it serves nobody: for cleaning up after a session that could not.
 * An agent that does not answer ends by itself.
 */
export async function retireIdleAgents(platform: Platform, identity: SessionIdentity): Promise<void> {
  const agents = await platform.listAgents();
  await Promise.all(
    agents.map(async (agent) => {
      try {
        const duplex = await platform.dialAgent(agent);
        await greet(duplex, greetingOf(identity, agent, 'control', ''));
        duplex.end(`${JSON.stringify({ type: 'retire', id: 1 })}\n`);
        duplex.resume();
        await new Promise((closed) => duplex.once('close', closed));
      } catch {
        // Gone already, or about to be.
      }
    }),
  );
}
