import { containerName, namespaceOwner } from '../model/identity.ts';
import type { Runner, UnitInfo } from '../runner/index.ts';
import type { Restarts } from './restarts.ts';
import type { ServiceEnd, ServiceStatus } from './status.ts';

/**
 * How a service of a project is now, with or without a session, which alone has `restarts`. Errors: those of the engine.
 */
export async function serviceStatus(
  runner: Runner,
  project: string,
  name: string,
  restarts?: Pick<Restarts, 'historyOf'>,
): Promise<ServiceStatus> {
  const container = containerName(project, name, 'service');
  const [found, owner] = await Promise.all([
    runner.findUnit(container),
    runner.findUnit(namespaceOwner(project, name)),
  ]);
  const status = { name, container, ports: owner?.publishedPorts ?? [] };
  if (found === undefined) return { ...status, state: 'missing' };
  const history = restarts?.historyOf(name, found);
  const hasEnded = found.state === 'exited' || found.state === 'dead';
  return {
    ...status,
    state: found.state,
    health: found.state === 'running' ? found.health : undefined,
    startedAt: found.startedAt,
    lastEnd: hasEnded ? endOf(found) : history?.lastEnd,
    next: hasEnded ? history?.next : undefined,
    restarts: history?.restarts,
  };
}

/** How the program of a container has ended. */
export function endOf({ exitCode, outOfMemory, endedAt }: UnitInfo): ServiceEnd {
  return { exitCode, outOfMemory, at: endedAt };
}
