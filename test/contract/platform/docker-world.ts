import { onTestFinished } from 'vitest';
import { openDockerPlatform } from '../../../src/docker/index.ts';
import { label } from '../../../src/model/labels.ts';
import type { TargetRef } from '../../../src/model/workspace.ts';
import { type EngineWorld, started } from '../engine/world.ts';
import type { OpenWorld } from '../worlds.ts';
import type { PlatformWorld } from './world.ts';

/** The Docker platform under the contract, on a fake engine or the real one. */
export interface DockerPlatformWorld extends EngineWorld, PlatformWorld {}

/** The platform of an engine, with containers as workloads. */
export function withPlatform<World extends EngineWorld>(
  open: () => Promise<OpenWorld<World>>,
): () => Promise<OpenWorld<World & DockerPlatformWorld>> {
  return async () => {
    const { world, close } = await open();
    const { engine } = world;
    let workloads = 0;
    const platformWorld: PlatformWorld = {
      platform: openDockerPlatform(engine),
      agentImage: world.image,
      startWorkload: async () => {
        const name = world.name(`workload-${++workloads}`);
        const { id } = await started(world, { name });
        return {
          reference: container(name),
          restart: () => world.restart(id),
          remove: () => engine.removeUnit(id),
        };
      },
      missing: ({ reference }) => container(`${reference.path[0]}x`),
      endAgent: ({ handle }) => engine.removeUnit(handle),
    };
    return { world: { ...world, ...platformWorld }, close };
  };
}

/** `container/NAME`. */
export function container(name: string): TargetRef {
  return { kind: 'container', path: [name] };
}

/** `compose/PROJECT/SERVICE`. */
export function compose(project: string, service: string): TargetRef {
  return { kind: 'compose', path: [project, service] };
}

/** Labels that Compose would give a container. */
export function composeLabels(project: string, service: string, oneOff = false) {
  return {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
  };
}

/** Ends whatever agents a test has placed at a place. */
export function endAgentsOf({ engine }: EngineWorld, placeId: string): void {
  onTestFinished(async () => {
    for (const { id } of await engine.listUnits({ [label.place]: placeId })) await engine.removeUnit(id);
  });
}
