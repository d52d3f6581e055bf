import { volumeName } from '../model/identity.ts';
import type { Mount, VolumeSettings } from '../model/mount.ts';
import { type OneOff, oneOffOf } from '../model/one-off.ts';
import { partOfWorkspace } from '../model/part-of-workspace.ts';
import type { Service, Workspace } from '../model/workspace.ts';

/** What is run, and how. */
export interface ToRun {
  /** Name of the service that it is run as. */
  readonly service: string;
  readonly oneOff: OneOff;
  /** The traffic of the service's bridges comes to it. */
  readonly bridge: boolean;
  /** Name of a project of its own, which no other run has. */
  readonly project: string;
}

/**
 * The workspace in which a one-off is run alone: its service, as what is run in its place, and what that needs. It takes no
 * traffic unless it is asked to; it is in the networks of its workloads all the same. Named volumes are those of the file's
 * project. Pure.
 */
export function workspaceToRun(
  workspace: Workspace,
  { service: name, oneOff, bridge, project }: ToRun,
): Workspace {
  const part = partOfWorkspace(workspace, [name]);
  const services = [...part.services.values()].map((service) => {
    const kept = { ...service, volumes: service.volumes.map((mount) => ofProject(mount, workspace.name)) };
    const quiet = bridge && service.name === name ? kept : { ...kept, bridges: withoutTraffic(kept) };
    return [service.name, service.name === name ? oneOffOf(quiet, oneOff) : quiet] as const;
  });
  return { ...part, name: project, services: new Map(services), forwards: [] };
}

/** What needs others is in their way when it takes their traffic. */
function withoutTraffic({ bridges }: Service): Service['bridges'] {
  return bridges.map((bridge) => ({ ...bridge, ports: [] }));
}

function ofProject(mount: Mount, project: string): Mount {
  if (mount.kind !== 'volume' || mount.name === undefined) return mount;
  const settings = mount.settings ?? USUAL;
  return { ...mount, settings: { ...settings, engineName: volumeName(project, mount.name, mount.settings) } };
}

const USUAL: VolumeSettings = {
  engineName: undefined,
  external: false,
  driver: undefined,
  driverOptions: {},
  labels: {},
};
