import type { VolumeKeeping } from '../engine/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { labelFilters } from './label-filters.ts';
import { orMissing } from './or-missing.ts';

/** See `Engine.listVolumes`. */
export async function listVolumes(
  access: DockerAccess,
  labels: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { Volumes } = await ask(access.location, {
    doing: 'list volumes',
    call: () => access.docker.listVolumes(labelFilters(labels)),
  });
  return (Volumes ?? []).map(({ Name }) => Name).sort();
}

/** See `Engine.createVolume`. */
export async function createVolume(
  access: DockerAccess,
  name: string,
  labels: Readonly<Record<string, string>>,
  kept?: VolumeKeeping,
): Promise<void> {
  await ask(access.location, {
    doing: `create volume ${name}`,
    call: () =>
      access.docker.createVolume({
        Name: name,
        Labels: { ...labels },
        ...(kept?.driver === undefined ? {} : { Driver: kept.driver }),
        ...(kept === undefined ? {} : { DriverOpts: { ...kept.driverOptions } }),
      }),
  });
}

/** See `Engine.removeVolume`. */
export async function removeVolume(access: DockerAccess, name: string): Promise<void> {
  await ask(access.location, {
    doing: `remove volume ${name}`,
    call: () => orMissing(access.docker.getVolume(name).remove()),
  });
}
