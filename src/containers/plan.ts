import { changedAspects } from '../common/fingerprint.ts';
import { volumeName } from '../model/identity.ts';
import type { Observed, ObservedContainer } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import {
  type Dependency,
  networkServiceOf,
  type Service,
  targetText,
  type VolumeSettings,
} from '../model/workspace.ts';
import { serviceEnvironment } from './environment.ts';
import type { ContainerOperation } from './operation.ts';
import { serviceConfig } from './service-config.ts';

/** What planning needs to know of what the file asks for. */
export interface ContainersDesired {
  /** Project name. */
  readonly project: string;
  readonly services: readonly Service[];
  /** Services whose network namespace will be another one when their turn comes. */
  readonly movedNamespaces: ReadonlySet<string>;
  /** Services that have ended stay as they are. Default: they are started anew. */
  readonly endedStay?: boolean;
  /** Services that somebody has stopped: whatever else is wanted, they do not run. Default: none. */
  readonly stopped?: ReadonlySet<string>;
  /** Services that were stopped, and are started again as they are. Default: none. */
  readonly starting?: ReadonlySet<string>;
}

type ContainerStep = Step<ContainerOperation>;

/** Compares the service containers that should be with those that are. */
export function planContainers(desired: ContainersDesired, observed: Observed): readonly ContainerStep[] {
  const wanted = new Set(desired.services.map((service) => service.name));
  const starting = startsOf(desired, observed);
  return [
    ...planImages(desired.services, madeBy(starting), observed),
    ...planVolumes(desired, observed),
    ...planConditions(starting, desired),
    ...planLacks(starting, observed),
    ...starting,
    ...stopsOf(desired, observed),
    ...observed.services
      .filter(({ service }) => !wanted.has(service))
      .map((found) => removal(found, observed)),
  ];
}

/**
 * Steps for the containers that are made, or started again; a dependency that is made anew takes those along that ask for
 * it.
 */
function startsOf(desired: ContainersDesired, observed: Observed): readonly ContainerStep[] {
  const causes = new Map<string, string>();
  const services = desired.services.filter(({ name }) => desired.stopped?.has(name) !== true);
  for (const service of services) {
    const cause = causeToStart(service, desired, observed);
    if (cause !== undefined) causes.set(service.name, cause);
  }
  // As often as there are services: a chain of dependencies is no longer.
  for (const _ of services) {
    for (const service of services) {
      const moved = service.dependsOn.find((one) => one.restart && causes.has(one.service));
      if (moved !== undefined && !causes.has(service.name))
        causes.set(service.name, `${moved.service} is made anew`);
    }
  }
  return services.flatMap((service) => {
    const cause = causes.get(service.name);
    return cause === undefined
      ? resumption(service, desired, observed)
      : [startStep(service, cause, observed)];
  });
}

/** What is started as it is. */
function resumption(
  service: Service,
  { starting }: ContainersDesired,
  observed: Observed,
): readonly ContainerStep[] {
  const found = containerOf(service, observed);
  if (found === undefined || found.running || starting?.has(service.name) !== true) return [];
  return [
    {
      resource: `container/${service.name}`,
      verb: 'start',
      cause: 'as asked for',
      destructive: false,
      after: [],
      operation: { kind: 'resume-container', service, container: found.id },
    },
  ];
}

/** What runs that somebody has stopped. */
function stopsOf({ services, stopped }: ContainersDesired, observed: Observed): readonly ContainerStep[] {
  return services
    .filter(
      (service) => stopped?.has(service.name) === true && containerOf(service, observed)?.running === true,
    )
    .map((service) => ({
      resource: `container/${service.name}`,
      verb: 'stop',
      cause: 'as asked for',
      destructive: true,
      after: [],
      operation: { kind: 'stop-container', service },
    }));
}

/** Resources of the containers that are made. */
function madeBy(starting: readonly ContainerStep[]): ReadonlySet<string> {
  return new Set(starting.filter(({ verb }) => verb !== 'start').map(({ resource }) => resource));
}

function startStep(service: Service, cause: string, observed: Observed): ContainerStep {
  const found = containerOf(service, observed);
  const run = { service, environment: serviceEnvironment(service, observed.environments) };
  return {
    resource: `container/${service.name}`,
    verb: found === undefined ? 'create' : 'replace',
    cause,
    destructive: found?.running === true,
    after: [],
    operation:
      found === undefined
        ? { kind: 'start-container', ...run }
        : { kind: 'replace-container', replaces: found.id, ...run },
    undo: { kind: 'remove-container', service: service.name },
  };
}

function causeToStart(service: Service, desired: ContainersDesired, observed: Observed): string | undefined {
  const found = containerOf(service, observed);
  if (found === undefined) return 'not found';
  const environment = serviceEnvironment(service, observed.environments);
  const config = serviceConfig(service, observed.images.get(service.image), environment);
  const lacks = lackedBy(service, observed).length > 0;
  // What cannot be read is not known to be another.
  const changed = changedAspects(found.config, config).filter(
    (aspect) => !(lacks && aspect === 'environment'),
  );
  if (changed.length > 0) return `${changed.join(', ')} changed`;
  if (desired.movedNamespaces.has(networkServiceOf(service)) || isElsewhere(service, found, observed))
    return 'its network namespace is replaced';
  const stays =
    desired.endedStay === true ||
    desired.starting?.has(service.name) === true ||
    mayHaveEnded(service, desired.services);
  if (!found.running && !stays) return 'it has ended';
  return undefined;
}

/** It has joined a network namespace that is not its service's any more, as after a pass that broke off. */
function isElsewhere(
  service: Service,
  { namespaceOwner }: ObservedContainer,
  { gateways }: Observed,
): boolean {
  const gateway = gateways.find((known) => known.service === networkServiceOf(service));
  return gateway !== undefined && namespaceOwner !== undefined && namespaceOwner !== gateway.id;
}

/**
 * A service that others want completed has done its work when it has ended, and when one that somebody runs begins and ends
 * is theirs to say.
 */
function mayHaveEnded(service: Service, services: readonly Service[]): boolean {
  if (service.attached === true) return true;
  return services.some(({ dependsOn }) =>
    dependsOn.some(
      (one) => one.service === service.name && one.condition === 'service_completed_successfully',
    ),
  );
}

function planImages(
  services: readonly Service[],
  starting: ReadonlySet<string>,
  observed: Observed,
): readonly ContainerStep[] {
  const steps = new Map<string, ContainerStep>();
  for (const service of services) {
    if (service.process !== undefined) continue;
    const step = imageStep(service, starting.has(`container/${service.name}`), observed);
    if (step !== undefined) steps.set(step.resource, step);
  }
  return [...steps.values()];
}

function imageStep(service: Service, starts: boolean, observed: Observed): ContainerStep | undefined {
  const { image: reference, build, pullPolicy: policy, platform } = service;
  const missing = observed.images.get(reference) === undefined;
  const cause = missing
    ? 'not found'
    : starts && (policy === 'always' || policy === 'build')
      ? `pull_policy is ${policy}`
      : undefined;
  if (cause === undefined) return undefined;
  return {
    resource: `image/${reference}`,
    verb: missing ? 'create' : 'replace',
    cause,
    destructive: false,
    after: [],
    operation:
      isBuilt(service) && build !== undefined
        ? { kind: 'build-image', reference, build, platform }
        : { kind: 'pull-image', reference, policy },
  };
}

/** Whether the image of a service is built, when it is made, and not fetched. */
export function isBuilt({ build, pullPolicy }: Service): boolean {
  return build !== undefined && pullPolicy !== 'always' && pullPolicy !== 'never';
}

function planVolumes({ project, services }: ContainersDesired, observed: Observed): readonly ContainerStep[] {
  const wanted = new Map<string, VolumeSettings | undefined>();
  for (const mount of services.flatMap(({ volumes }) => volumes)) {
    if (mount.kind === 'volume' && mount.name !== undefined) wanted.set(mount.name, mount.settings);
  }
  return [...wanted]
    .filter(([name, settings]) => {
      return !settings?.external && !observed.volumes.includes(volumeName(project, name, settings));
    })
    .map(([volume, settings]) => ({
      resource: `volume/${volume}`,
      verb: 'create',
      cause: 'not found',
      destructive: false,
      after: [],
      operation: { kind: 'create-volume', volume, ...(settings === undefined ? {} : { settings }) },
    }));
}

/** One wait for each condition that a container which is about to start depends on. Nobody waits for what was stopped. */
function planConditions(
  starting: readonly ContainerStep[],
  { stopped }: ContainersDesired,
): readonly ContainerStep[] {
  const waits = new Map<string, ContainerStep>();
  for (const { operation } of starting) {
    if (!('service' in operation) || typeof operation.service === 'string') continue;
    for (const dependency of operation.service.dependsOn) {
      if (dependency.condition === 'service_started' || stopped?.has(dependency.service) === true) continue;
      const resource = conditionResource(dependency);
      waits.set(resource, {
        resource,
        verb: 'await',
        cause: `${operation.service.name} depends on it`,
        destructive: false,
        after: [],
        operation: { kind: 'await-condition', dependency },
      });
    }
  }
  return [...waits.values()];
}

/** One step for each workload whose variables cannot be had, which fails with the reason. */
function planLacks(starting: readonly ContainerStep[], observed: Observed): readonly ContainerStep[] {
  const services = starting.flatMap(({ operation }) =>
    operation.kind === 'start-container' || operation.kind === 'replace-container' ? [operation.service] : [],
  );
  return [...observed.unreadEnvironments].flatMap(([target, error]): ContainerStep[] => {
    const names = services
      .filter((service) => lackedBy(service, observed).includes(target))
      .map(({ name }) => name);
    if (names.length === 0) return [];
    return [
      {
        resource: `environment/${target}`,
        verb: 'await',
        cause: `env_from of ${names.join(', ')}`,
        destructive: false,
        after: [],
        operation: { kind: 'lack-environment', target, services: names, error },
      },
    ];
  });
}

/** Workloads whose variables a service takes and that could not be read. */
function lackedBy(service: Service, { unreadEnvironments }: Observed): readonly string[] {
  const targets = service.envFrom.map(({ target }) => targetText(target));
  return targets.filter((target) => unreadEnvironments.has(target));
}

/** Name of a wait in plans and events, e.g. `healthy/db` or `completed/migrate`. */
export function conditionResource({ service, condition }: Dependency): string {
  return `${condition === 'service_healthy' ? 'healthy' : 'completed'}/${service}`;
}

function removal(found: ObservedContainer, { gateways }: Observed): ContainerStep {
  const host = gateways.find(({ id }) => id === found.namespaceOwner)?.service;
  const isGuest = host !== undefined && host !== found.service;
  return {
    resource: `container/${found.service}`,
    verb: 'remove',
    cause: 'not wanted',
    destructive: found.running,
    after: [],
    operation: {
      kind: 'remove-container',
      service: found.service,
      ...(isGuest ? { inNetworkOf: host } : {}),
    },
  };
}

function containerOf(service: Service, observed: Observed): ObservedContainer | undefined {
  return observed.services.find((container) => container.service === service.name);
}
