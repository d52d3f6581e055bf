import type { EngineSettings } from '../engine/index.ts';
import type { ContainerSettings, SharedNamespace } from '../model/container-settings.ts';
import { containerName } from '../model/identity.ts';

/** What the file says of kernel and engine, with services by the names of their containers. */
export function engineSettings(settings: ContainerSettings, project: string): EngineSettings {
  const nameOf = (service: string) => containerName(project, service, 'service');
  const shared = (namespace: SharedNamespace | undefined) => {
    if (namespace?.kind === 'service') return `container:${nameOf(namespace.name)}`;
    return namespace?.kind === 'container' ? `container:${namespace.name}` : namespace?.kind;
  };
  return {
    ...settings,
    pid: shared(settings.pid),
    ipc: shared(settings.ipc),
    volumesFrom: settings.volumesFrom.map(({ kind, name, readOnly }) => {
      return `${kind === 'service' ? nameOf(name) : name}${readOnly ? ':ro' : ''}`;
    }),
  };
}
