import { onTestFinished } from 'vitest';
import type { TargetRef } from '../../src/model/workspace.ts';
import { FakePlatform } from '../fakes/index.ts';
import type { PlatformWorld } from './platform/world.ts';
import type { OpenWorld } from './worlds.ts';

/** A fake platform, with agents as the contract wants them. */
export async function fakePlatformWorld(): Promise<OpenWorld<PlatformWorld>> {
  const platform = new FakePlatform();
  platform.agentProgram(({ agent, listen }) => {
    listen((stream) => stream.resume().end(`secret ${agent.secret}`));
  });
  let workloads = 0;
  const world: PlatformWorld = {
    platform,
    agentImage: 'agent:1',
    startWorkload: async () => {
      const name = `workload-${++workloads}`;
      const text = `container/${name}`;
      platform.addTarget(text);
      let there = true;
      const remove = async () => {
        if (there) platform.removeTarget(text);
        there = false;
      };
      onTestFinished(remove);
      return { reference: container(name), restart: async () => platform.restart(text), remove };
    },
    missing: ({ reference }) => container(`${reference.path[0]}x`),
    endAgent: async ({ placeId }) => platform.killAgent(placeId),
  };
  return { world, close: async () => {} };
}

function container(name: string): TargetRef {
  return { kind: 'container', path: [name] };
}
