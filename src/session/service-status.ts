import type { Engine } from '../engine/index.ts';
import { containerName, namespaceOwner } from '../model/identity.ts';
import type { ServiceStatus } from './status.ts';

/** How a service of a project is now, with or without a session. Errors: those of the engine. */
export async function serviceStatus(engine: Engine, project: string, name: string): Promise<ServiceStatus> {
  const container = containerName(project, name, 'service');
  const [found, owner] = await Promise.all([
    engine.findContainer(container),
    engine.findContainer(namespaceOwner(project, name)),
  ]);
  return { name, container, state: found?.state ?? 'missing', ports: owner?.publishedPorts ?? [] };
}
