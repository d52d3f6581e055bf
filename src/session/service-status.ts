import { containerName, namespaceOwner } from '../model/identity.ts';
import type { Runner, UnitInfo } from '../runner/index.ts';
import type { Restarts } from './restarts.ts';
import type { ServiceEnd, ServiceStatus } from './status.ts';

/** What a session knows of its services besides. */
export interface KnownOfServices {
  readonly restarts: Pick<Restarts, 'historyOf'>;
  /** Those that somebody has stopped. */
  readonly stopped: ReadonlySet<string>;
}

/** How a service of a project is now; `known`: absent = there is no session. Errors: those of the engine. */
export async function serviceStatus(
  runner: Runner,
  project: string,
  name: string,
  known?: KnownOfServices,
): Promise<ServiceStatus> {
  const container = containerName(project, name, 'service');
  const [found, owner] = await Promise.all([
    runner.findUnit(container),
    runner.findUnit(namespaceOwner(project, name)),
  ]);
  const status = { name, container, ports: owner?.publishedPorts ?? [] };
  const wasStopped = known?.stopped.has(name) === true;
  if (found === undefined) return { ...status, state: wasStopped ? 'stopped' : 'missing' };
  const history = known?.restarts.historyOf(name, found);
  const hasEnded = found.state === 'exited' || found.state === 'dead';
  const isStopped = hasEnded && wasStopped;
  return {
    ...status,
    state: isStopped ? 'stopped' : found.state,
    health: found.state === 'running' ? found.health : undefined,
    startedAt: found.startedAt,
    lastEnd: hasEnded ? endOf(found) : history?.lastEnd,
    next: isStopped ? 'nothing' : hasEnded ? history?.next : undefined,
    restarts: history?.restarts,
  };
}

/** How the program of a container has ended. */
export function endOf({ exitCode, outOfMemory, endedAt }: UnitInfo): ServiceEnd {
  return { exitCode, outOfMemory, at: endedAt };
}
