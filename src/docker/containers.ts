import { access as exists, mkdir } from 'node:fs/promises';
import type { ContainerInspectInfo } from 'dockerode';
import { DevenvError, messageOf } from '../common/errors.ts';
import { tarOfFiles } from '../common/tar.ts';
import type { ContainerSpec } from '../engine/index.ts';
import type { PlacedFile } from '../model/container-settings.ts';
import type { UnitInfo, UnitSummary } from '../runner/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { containerInfo, containerSummary } from './container-info.ts';
import { containerOptions } from './container-options.ts';
import { creationRefused, refusalOf, startRefused } from './failures.ts';
import { labelFilters } from './label-filters.ts';
import { orMissing, orUnchanged } from './or-missing.ts';
import {
  makeSocketDirectory,
  removeSocketDirectory,
  socketDirectoryLabel,
  sweepSocketDirectories,
} from './socket-directory.ts';

/** See `Engine.listUnits`. */
export async function listContainers(
  access: DockerAccess,
  labels: Readonly<Record<string, string>>,
): Promise<readonly UnitSummary[]> {
  const listed = await ask(access.location, {
    doing: 'list containers',
    call: () => access.docker.listContainers({ all: true, ...labelFilters(labels) }),
  });
  return listed.map(containerSummary).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** See `Engine.findUnit`. */
export async function findContainer(access: DockerAccess, nameOrId: string): Promise<UnitInfo | undefined> {
  const raw = await inspectContainer(access, nameOrId);
  return raw === undefined ? undefined : containerInfo(raw);
}

/** The engine's own description of a container, or undefined when there is none of this name or id. */
export async function inspectContainer(
  access: DockerAccess,
  nameOrId: string,
): Promise<ContainerInspectInfo | undefined> {
  return await ask(access.location, {
    doing: `describe container ${nameOrId}`,
    call: () => orMissing(access.docker.getContainer(encodeURIComponent(nameOrId)).inspect()),
  });
}

/** See `Engine.createContainer`. */
export async function createContainer(access: DockerAccess, spec: ContainerSpec): Promise<string> {
  await makeSources(access, spec);
  const socketDirectory = await socketDirectoryFor(access, spec);
  try {
    const container = await ask(access.location, {
      doing: `create container ${spec.name}`,
      call: () => access.docker.createContainer(containerOptions(spec, socketDirectory)),
      refused: (refusal) => creationRefused(spec.name, spec.image, refusal),
    });
    return container.id;
  } catch (error) {
    if (socketDirectory !== undefined) await removeSocketDirectory(socketDirectory);
    throw error;
  }
}

/** Made here, a directory is this user's; an engine would make it root's. One elsewhere has to. */
async function makeSources({ info }: DockerAccess, { name, mounts }: ContainerSpec): Promise<void> {
  if (!info.isLocal) return;
  for (const mount of mounts) {
    if (mount.kind !== 'bind' || !mount.makesSource) continue;
    try {
      // Whatever stands there already is fine, a socket or a device perhaps.
      await exists(mount.source).catch(() => mkdir(mount.source, { recursive: true }));
    } catch (error) {
      throw new DevenvError({
        code: 'mount-failed',
        message: `${mount.source}, which container ${name} mounts, cannot be made: ${messageOf(error)}`,
        hint: 'create it, or correct the path',
        owner: 'user',
        cause: error,
      });
    }
  }
}

/** See `Engine.placeFiles`. */
export async function placeFiles(
  access: DockerAccess,
  id: string,
  files: readonly PlacedFile[],
): Promise<void> {
  const archive = await tarOfFiles(files);
  await ask(access.location, {
    doing: `put files into container ${id}`,
    call: () => access.docker.getContainer(id).putArchive(archive, { path: '/' }),
    refused: ({ words }) =>
      /read-?only/i.test(words)
        ? new DevenvError({
            code: 'mount-failed',
            message: `${files[0]?.target} cannot be put into a container whose file system is read-only`,
            hint: 'give a secret or config a `file`, which is mounted; of a workload mount a directory; or remove `read_only`',
            owner: 'user',
          })
        : undefined,
  });
}

/** See `Engine.startUnit`. */
export async function startContainer(access: DockerAccess, id: string): Promise<void> {
  const name = (await findContainer(access, id))?.name ?? id;
  await ask(access.location, {
    doing: `start container ${name}`,
    call: () => orUnchanged(access.docker.getContainer(id).start()),
    refused: (refusal) => startRefused(name, refusal),
  });
}

/** See `Engine.stopUnit`. */
export async function stopContainer(access: DockerAccess, id: string, graceMs: number): Promise<void> {
  const raw = await inspectContainer(access, id);
  if (raw === undefined || !raw.State.Running) return;
  // The API counts in whole seconds; less grace than asked for would be a broken promise.
  const seconds = Math.ceil(graceMs / 1000);
  await ask(access.location, {
    doing: `stop container ${id}`,
    call: () => orMissing(orUnchanged(endOf(access, id, seconds))),
    limitMs: seconds * 1000 + 60_000,
  });
  if (raw.HostConfig.AutoRemove) await forgetSockets(raw);
}

/** The client leaves a grace of zero out, which the engine takes for its own ten seconds. */
function endOf(access: DockerAccess, id: string, seconds: number): Promise<unknown> {
  const container = access.docker.getContainer(id);
  return seconds === 0 ? container.kill() : container.stop({ t: seconds });
}

/** See `Engine.restartUnit`. */
export async function restartContainer(access: DockerAccess, id: string, graceMs: number): Promise<void> {
  const seconds = Math.ceil(graceMs / 1000);
  await ask(access.location, {
    doing: `restart container ${id}`,
    call: () => access.docker.getContainer(id).restart({ t: seconds }),
    limitMs: seconds * 1000 + 60_000,
  });
}

/** See `Engine.removeUnit`. */
export async function removeContainer(access: DockerAccess, id: string): Promise<void> {
  const raw = await inspectContainer(access, id);
  if (raw === undefined) return;
  await ask(access.location, {
    doing: `remove container ${id}`,
    call: async () => {
      try {
        await orMissing(access.docker.getContainer(raw.Id).remove({ force: true, v: true }));
      } catch (error) {
        if (!/removal .* already in progress/i.test(refusalOf(error)?.words ?? '')) throw error;
        // Its name is free only when the removal that goes on is over.
        await orMissing(access.docker.getContainer(raw.Id).wait({ condition: 'removed' }));
      }
    },
  });
  access.sockets.forget(raw.Id);
  await forgetSockets(raw);
}

async function socketDirectoryFor(access: DockerAccess, spec: ContainerSpec): Promise<string | undefined> {
  if (spec.socketDir === undefined || !access.info.sameKernel) return undefined;
  if (access.sockets.isTimeToSweep()) {
    const containers = await listContainers(access, {});
    const inUse = new Set(containers.flatMap((container) => container.labels[socketDirectoryLabel] ?? []));
    await sweepSocketDirectories(access.runtimeDirectory, inUse, Date.now());
  }
  return await makeSocketDirectory(access.runtimeDirectory, spec.name);
}

async function forgetSockets(raw: ContainerInspectInfo): Promise<void> {
  const directory = raw.Config.Labels?.[socketDirectoryLabel];
  if (directory !== undefined) await removeSocketDirectory(directory);
}
