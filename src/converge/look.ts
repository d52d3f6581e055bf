import type { Engine } from '../engine/index.ts';
import type { Liveness, Observed } from '../model/observed.ts';
import { usesEngine, type Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { observe } from './observe.ts';
import type { Desired } from './plan.ts';

/** What should be, as a workspace says. */
export function desiredBy({ name, services, forwards, connection }: Workspace, agentImage: string): Desired {
  const { platform } = connection;
  return { project: name, services: [...services.values()], forwards, platform, agentImage };
}

/** Looks at everything that matters to a workspace. Errors: those of `observe`. */
export function observeFor(
  workspace: Workspace,
  { engine, platform, session, agentImage, live }: ObserveForOptions,
): Promise<Observed> {
  const services = [...workspace.services.values()];
  const ports = services.flatMap(({ bridges }) =>
    bridges.flatMap((bridge) =>
      bridge.ports.flatMap(({ container }) =>
        typeof container === 'string' ? [{ target: bridge.target, name: container }] : [],
      ),
    ),
  );
  return observe({
    engine,
    project: workspace.name,
    ...(session === undefined ? {} : { session }),
    images: usesEngine(services, workspace.connection.platform)
      ? [...services.flatMap((service) => (service.process === undefined ? [service.image] : [])), agentImage]
      : [],
    environments: {
      targets: services.flatMap((service) => service.envFrom.map(({ target }) => target)),
      read: (target) => platform.readEnvironment(target),
    },
    ports: { names: ports, read: (target, name) => platform.portNumber(target, name) },
    live,
  });
}

/** What looking works with. */
export interface ObserveForOptions {
  readonly engine: Engine;
  readonly platform: Platform;
  /** Only what this session made; absent = what any session of the project made. */
  readonly session?: string;
  /** Reference of the image of agents and gateways. */
  readonly agentImage: string;
  /** What a running session says is live. */
  readonly live: Liveness;
}
