import type { EngineMount } from '../engine/index.ts';
import { volumeName } from '../model/identity.ts';
import { sharedDirectories } from '../model/shared-directory.ts';
import type { Service } from '../model/workspace.ts';

/** Mounts of the file in the engine's terms; directories of the workload are the memory that the gateway fills. */
export function engineMounts(service: Service, project: string): readonly EngineMount[] {
  const shared = sharedDirectories(project, service);
  return [
    ...service.volumes.flatMap((mount): EngineMount[] => {
      if (mount.kind === 'workload') return [];
      const isNamed = mount.kind === 'volume' && mount.name !== undefined;
      if (!isNamed) return [mount];
      const { settings, ...rest } = mount;
      return [{ ...rest, name: volumeName(project, mount.name ?? '', settings) }];
    }),
    ...shared.map(({ volume, target }) => ({
      kind: 'volume' as const,
      name: volume,
      target,
      readOnly: true,
    })),
  ];
}
