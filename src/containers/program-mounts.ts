import type { ErrorFacts } from '../common/errors.ts';
import type { Machine, ProgramMount } from '../machine/index.ts';
import { nameAlone, sharedDirectories } from '../model/shared-directory.ts';
import type { Service } from '../model/workspace.ts';

/**
 * Mounts of the file as a program of this machine sees them; directories of the workload are the memory that its gateway
 * fills. `alone`: targets at which there is a file instead. Volumes are an engine's: the file is refused with them.
 */
export function programMounts(
  service: Service,
  project: string,
  alone: readonly string[],
): readonly ProgramMount[] {
  const shared = sharedDirectories(project, service);
  return [
    ...service.volumes.flatMap((mount) => (mount.kind === 'bind' || mount.kind === 'tmpfs' ? [mount] : [])),
    ...shared.map((directory) => ({
      kind: 'shared' as const,
      directory: directory.inGateway,
      target: directory.target,
      ...(alone.includes(directory.target) ? { alone: nameAlone(directory) } : {}),
    })),
  ];
}

/** What keeps programs of this machine from having what they ask for. Which files come alone is known when they are there. */
export function preflightPrograms(
  programs: readonly Service[],
  { machine, project }: { readonly machine: Pick<Machine, 'programObstacle'>; readonly project: string },
): readonly ErrorFacts[] {
  return programs.flatMap((service) => {
    const { tty, workingDir = '/' } = service;
    const mounts = programMounts(service, project, []);
    const obstacle = machine.programObstacle({ mounts, tty, workingDir });
    if (obstacle === undefined) return [];
    return [{ ...obstacle, message: `service ${service.name}: ${obstacle.message}` }];
  });
}
