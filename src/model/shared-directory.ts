import { containerName } from './identity.ts';
import type { Service, TargetRef } from './workspace.ts';

/** A directory of a workload that a service has, in memory that its gateway fills. */
export interface SharedDirectory {
  /** The workload. */
  readonly from: TargetRef;
  /** Absolute path in the workload's container. */
  readonly source: string;
  /** Absolute path in the service's container. */
  readonly target: string;
  /** Absolute path in the gateway's container. */
  readonly inGateway: string;
  /** Name in the engine of the volume that both have. */
  readonly volume: string;
}

/** The directories of workloads that a service asks for, in the order of the file. Pure. */
export function sharedDirectories(project: string, service: Service): readonly SharedDirectory[] {
  const mounts = service.volumes.filter((mount) => mount.kind === 'workload');
  return mounts.map(({ from, source, target }, index) => ({
    from,
    source,
    target,
    inGateway: `/run/gefyra-devenv-files/${index}`,
    volume: `${containerName(project, service.name, 'gateway')}.files-${index}`,
  }));
}
