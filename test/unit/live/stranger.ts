import { randomBytes } from 'node:crypto';
import type { Place } from '../../../src/platform/index.ts';
import { PROTOCOL_VERSION } from '../../../src/programs/index.ts';
import { type AgentEvent, type AgentRequest, decodeAgentEvent } from '../../../src/protocol/index.ts';
import { ControlClient, greet } from '../../../src/wire/index.ts';
import type { World } from './world.ts';

/** A session of somebody else, with a claim on a port at one place. */
export interface Stranger {
  /** Ends it. */
  leave(): void;
}

/** Somebody else claims a port at a place, with an agent that is placed if there is none. Errors: `Error` when it is held. */
export async function claimedByStranger({ platform }: World, place: Place, port: number): Promise<Stranger> {
  const agent = await platform.placeAgent(place, {
    kind: 'net',
    image: 'agent:1',
    secret: randomBytes(8).toString('hex'),
  });
  const duplex = await platform.dialAgent(agent);
  const owner = { user: 'stranger@elsewhere', project: 'theirs', since: Date.now() };
  await greet(duplex, {
    hello: { version: PROTOCOL_VERSION, role: 'control', session: 'stranger', tunnel: '', owner },
    secret: agent.secret,
    port: agent.port,
  });
  const control = new ControlClient<AgentRequest, AgentEvent>(duplex, decodeAgentEvent, () => {});
  const answer = await control.request({ type: 'claim', port, tunnel: 'theirs', to: port, probes: [] });
  if (answer.type === 'refused') throw new Error(answer.reason);
  return { leave: () => control.close() };
}
