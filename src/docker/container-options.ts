import type { ContainerCreateOptions, HostConfig, PortMap } from 'dockerode';
import type { ContainerSpec } from '../engine/index.ts';
import type { PublishedPort } from '../model/workspace.ts';
import { socketDirectoryLabel } from './socket-directory.ts';

/**
 * The engine's form of a container's specification.
 * `socketDirectory` is the directory of this machine to mount at the spec's `socketDir`; undefined = none is shared,
 * and the container gets an empty one of its own there.
 */
export function containerOptions(
  spec: ContainerSpec,
  socketDirectory: string | undefined,
): ContainerCreateOptions {
  const labels =
    socketDirectory === undefined ? spec.labels : { ...spec.labels, [socketDirectoryLabel]: socketDirectory };
  return {
    name: spec.name,
    Image: spec.image,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...labels },
    ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(spec, socketDirectory),
    // One empty word is the engine's way to say "none"; an empty list would mean the image's own command.
    ...(spec.entrypoint === undefined
      ? {}
      : { Entrypoint: spec.entrypoint.length === 0 ? [''] : [...spec.entrypoint] }),
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
    ...(spec.network.kind === 'network' && spec.network.aliases.length > 0
      ? {
          NetworkingConfig: {
            EndpointsConfig: { [spec.network.name]: { Aliases: [...spec.network.aliases] } },
          },
        }
      : {}),
  };
}

function hostConfig(spec: ContainerSpec, socketDirectory: string | undefined): HostConfig {
  const shared =
    spec.socketDir === undefined || socketDirectory === undefined
      ? []
      : [{ source: socketDirectory, target: spec.socketDir, readOnly: false }];
  return {
    NetworkMode: spec.network.kind === 'container' ? `container:${spec.network.id}` : spec.network.name,
    RestartPolicy: { Name: 'no' },
    AutoRemove: spec.autoRemove,
    // Mounts, not Binds: with Binds the engine makes a missing source itself, as an empty directory of root.
    Mounts: [...spec.mounts, ...shared].map((mount) => ({
      Type: 'bind',
      Source: mount.source,
      Target: mount.target,
      ReadOnly: mount.readOnly,
    })),
    PortBindings: portBindings(spec.ports),
    ...(spec.socketDir !== undefined && socketDirectory === undefined
      ? { Tmpfs: { [spec.socketDir]: 'mode=0777' } }
      : {}),
    ...(spec.capabilities === undefined
      ? {}
      : { CapDrop: ['ALL'], CapAdd: [...spec.capabilities], SecurityOpt: ['no-new-privileges'] }),
  };
}

function portBindings(ports: readonly PublishedPort[]): PortMap {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const ofTarget = bindings[portKey(port)] ?? [];
    ofTarget.push({
      HostIp: port.hostIp,
      HostPort: port.published === undefined ? '' : String(port.published),
    });
    bindings[portKey(port)] = ofTarget;
  }
  return bindings;
}

function portKey(port: PublishedPort): string {
  return `${port.target}/${port.protocol}`;
}
