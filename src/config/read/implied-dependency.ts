import type { ContainerSettings, NamespaceSettings } from '../../model/container-settings.ts';
import type { Dependency } from '../../model/workspace.ts';
import type { linksIn } from './links.ts';
import type { Reading, Value } from './reading.ts';

/**
 * Dependencies with those that other keys bring along: a service starts after those that it links to, whose mounts it
 * has, and whose namespaces it shares.
 */
export function impliedDependencies(
  given: readonly Dependency[],
  from: {
    readonly links: ReturnType<typeof linksIn>;
    readonly settings: ContainerSettings;
    readonly namespace: NamespaceSettings;
    /** The value of a key of the service. */
    readonly at: (key: string) => Value | undefined;
  },
  reading: Reading,
): readonly Dependency[] {
  const { links, settings, namespace, at } = from;
  const namespaces = (
    [
      ['pid', settings.pid],
      ['ipc', settings.ipc],
      ['network_mode', namespace.networkMode],
    ] as const
  ).flatMap(([key, shared]) =>
    shared?.kind === 'service' ? [{ service: shared.name, place: at(key) }] : [],
  );
  const mounts = settings.volumesFrom.flatMap(({ kind, name }) =>
    kind === 'service' ? [{ service: name, place: at('volumes_from') }] : [],
  );
  const all = new Map(given.map((dependency) => [dependency.service, dependency]));
  for (const { service, place } of [...links, ...namespaces, ...mounts]) {
    if (all.has(service) || place === undefined) continue;
    const dependency: Dependency = {
      service,
      condition: 'service_started',
      required: true,
      // What it has of another's container is gone with that one.
      restart: true,
    };
    all.set(service, reading.remember(dependency, place));
  }
  return [...all.values()];
}
