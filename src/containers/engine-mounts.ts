import type { EngineMount } from '../engine/index.ts';
import type { PlacedFile } from '../model/container-settings.ts';
import { volumeName } from '../model/identity.ts';
import { linkToFile, sharedDirectories } from '../model/shared-directory.ts';
import type { Service } from '../model/workspace.ts';

/**
 * Mounts of the file in the engine's terms; directories of the workload are the memory that the gateway fills. `alone`:
 * targets at which there is a file instead, which a link leads to.
 */
export function engineMounts(
  service: Service,
  project: string,
  alone: readonly string[],
): readonly EngineMount[] {
  const shared = sharedDirectories(project, service);
  return [
    ...service.volumes.flatMap((mount): EngineMount[] => {
      if (mount.kind === 'workload') return [];
      const isNamed = mount.kind === 'volume' && mount.name !== undefined;
      if (!isNamed) return [mount];
      const { settings, ...rest } = mount;
      return [{ ...rest, name: volumeName(project, mount.name ?? '', settings) }];
    }),
    ...shared.map(({ volume, target, inGateway }) => ({
      kind: 'volume' as const,
      name: volume,
      target: alone.includes(target) ? inGateway : target,
      readOnly: true,
    })),
  ];
}

/** Files that are put into the container, and links to those of the workload that are brought alone, at `alone`. */
export function placedFiles(
  service: Service,
  project: string,
  alone: readonly string[],
): readonly PlacedFile[] {
  const shared = sharedDirectories(project, service).filter(({ target }) => alone.includes(target));
  return [...service.files, ...shared.map(linkToFile)];
}
