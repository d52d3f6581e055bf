import { posix } from 'node:path';
import type { PlacedFile } from './container-settings.ts';
import { containerName } from './identity.ts';
import type { Service, TargetRef } from './workspace.ts';

/** A directory of a workload, or a file of it, that a service has, in memory that its gateway fills. */
export interface SharedDirectory {
  /** The workload. */
  readonly from: TargetRef;
  /** Absolute path in the workload's container. */
  readonly source: string;
  /** Absolute path in the service's container. */
  readonly target: string;
  /** Path in the gateway's container; where the gateway is a program of this machine, from its own directory. */
  readonly inGateway: string;
  /** Name in the engine of the volume that both have; nothing of a program of this machine has that name. */
  readonly volume: string;
}

/** The directories of workloads that a service asks for, in the order of the file. Pure. */
export function sharedDirectories(project: string, service: Service): readonly SharedDirectory[] {
  const mounts = service.volumes.filter((mount) => mount.kind === 'workload');
  return mounts.map(({ from, source, target }, index) => ({
    from,
    source,
    target,
    inGateway: service.process === undefined ? `/run/gefyra-devenv-files/${index}` : `files/${index}`,
    volume: `${containerName(project, service.name, 'gateway')}.files-${index}`,
  }));
}

/** The name under which a file that is brought alone lies in the memory for it. */
export function nameAlone({ source }: Pick<SharedDirectory, 'source'>): string {
  return posix.basename(source);
}

/**
 * The link that a service has where a file is brought alone. The file itself lies in memory, which is a directory: as such
 * it is mounted where the gateway has it, so that a new file in place of the old one is seen.
 */
export function linkToFile(directory: SharedDirectory): PlacedFile {
  const link = posix.join(directory.inGateway, nameAlone(directory));
  return { target: directory.target, content: '', link, isSecret: false, uid: 0, gid: 0, mode: 0o777 };
}
