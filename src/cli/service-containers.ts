import type { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import { label, type Role } from '../model/labels.ts';
import type { Runner, UnitSummary } from '../runner/index.ts';
import { wrongUse } from './wrong-use.ts';

/**
 * The containers of a project's services, found by labels alone, sorted by service; `names` picks some of them.
 * Errors: `usage` for a name that is none of them, with what is near.
 */
export async function serviceContainers(
  runner: Runner,
  project: string,
  names: readonly string[],
): Promise<readonly ServiceContainer[]> {
  const role: Role = 'service';
  const found = await runner.listUnits({ [label.project]: project, [label.role]: role });
  const containers = found
    .map((container) => ({ service: container.labels[label.service] ?? '', container }))
    .sort((one, other) => (one.service < other.service ? -1 : 1));
  if (names.length === 0) return containers;
  return names.map((name) => {
    const container = containers.find(({ service }) => service === name);
    if (container !== undefined) return container;
    throw unknown(
      name,
      project,
      containers.map(({ service }) => service),
    );
  });
}

/** A service's container. */
export interface ServiceContainer {
  readonly service: string;
  readonly container: UnitSummary;
}

function unknown(name: string, project: string, services: readonly string[]): DevenvError {
  const known = services.length === 0 ? 'it is not up' : `it has ${services.join(', ')}`;
  return wrongUse(
    `project ${project} has no running service ${name}`,
    didYouMean(...nearest(name, services)) ?? known,
  );
}
