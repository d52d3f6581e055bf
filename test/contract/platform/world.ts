import { onTestFinished } from 'vitest';
import type { TargetRef } from '../../../src/model/workspace.ts';
import type { AgentSpec, Place, PlacedAgent, Platform, Target } from '../../../src/platform/index.ts';

/** A platform under the contract, and what its tests need besides. */
export interface PlatformWorld {
  readonly platform: Platform;
  /** Image of agents that say their secret to whoever dials them, and end. */
  readonly agentImage: string;
  /** A target that runs at one place, until the test is over. */
  startWorkload(): Promise<Workload>;
  /** A target that is not there, and whose name is near that of `like`. */
  missing(like: Workload): TargetRef;
  /** Ends an agent from outside. Nothing happens when it is gone. */
  endAgent(agent: PlacedAgent): Promise<void>;
}

/** A target from the point of view of those who run it. */
export interface Workload {
  readonly reference: TargetRef;
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** The specification of an agent; tests name only what matters to them. */
export function anAgentSpec(world: PlatformWorld, fields: Partial<AgentSpec> = {}): AgentSpec {
  return { kind: 'net', image: world.agentImage, secret: 'a secret', ...fields };
}

/** Puts an agent at a place, until the test is over. */
export async function placed(
  world: PlatformWorld,
  place: Place,
  fields: Partial<AgentSpec> = {},
): Promise<PlacedAgent> {
  const agent = await world.platform.placeAgent(place, anAgentSpec(world, fields));
  onTestFinished(() => world.endAgent(agent));
  return agent;
}

/** The only place of a target. */
export function onlyPlace(target: Target): Place {
  const [place, ...others] = target.places;
  if (place === undefined || others.length > 0) throw new Error(`not one place: ${target.places.length}`);
  return place;
}
