import { changedAspects } from '../common/fingerprint.ts';
import type { Observed, ObservedContainer } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { Service } from '../model/workspace.ts';
import type { ContainerOperation } from './operation.ts';
import { serviceConfig } from './service-config.ts';

/** What planning needs to know of what the file asks for. */
export interface ContainersDesired {
  readonly services: readonly Service[];
  /** Services whose network namespace will be another one when their turn comes. */
  readonly movedNamespaces: ReadonlySet<string>;
}

/** Compares the service containers that should be with those that are. */
export function planContainers(
  desired: ContainersDesired,
  observed: Observed,
): readonly Step<ContainerOperation>[] {
  const wanted = new Set(desired.services.map((service) => service.name));
  return [
    ...pulls(desired.services, observed),
    ...desired.services.flatMap((service) => planService(service, desired, observed)),
    ...observed.services.filter(({ service }) => !wanted.has(service)).map(removal),
  ];
}

function planService(
  service: Service,
  desired: ContainersDesired,
  observed: Observed,
): readonly Step<ContainerOperation>[] {
  const found = observed.services.find((container) => container.service === service.name);
  const cause = causeToStart(service, found, desired, observed);
  if (cause === undefined) return [];
  return [
    {
      resource: `container/${service.name}`,
      verb: found === undefined ? 'create' : 'replace',
      cause,
      destructive: found?.running === true,
      after: [],
      operation: { kind: 'start-container', service, replaces: found?.id },
      undo: { kind: 'remove-container', service: service.name },
    },
  ];
}

function causeToStart(
  service: Service,
  found: ObservedContainer | undefined,
  desired: ContainersDesired,
  observed: Observed,
): string | undefined {
  if (found === undefined) return 'not found';
  const changed = changedAspects(found.config, serviceConfig(service, observed.images.get(service.image)));
  if (changed.length > 0) return `${changed.join(', ')} changed`;
  if (desired.movedNamespaces.has(service.name)) return 'its network namespace is replaced';
  return undefined;
}

function pulls(services: readonly Service[], observed: Observed): readonly Step<ContainerOperation>[] {
  const missing = new Set(services.map((service) => service.image));
  return [...missing]
    .filter((reference) => observed.images.get(reference) === undefined)
    .sort()
    .map((reference) => ({
      resource: `image/${reference}`,
      verb: 'create',
      cause: 'not found',
      destructive: false,
      after: [],
      operation: { kind: 'pull-image', reference },
    }));
}

function removal(found: ObservedContainer): Step<ContainerOperation> {
  return {
    resource: `container/${found.service}`,
    verb: 'remove',
    cause: 'not wanted',
    destructive: found.running,
    after: [],
    operation: { kind: 'remove-container', service: found.service },
  };
}
