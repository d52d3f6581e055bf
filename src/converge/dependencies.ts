import { bridgeResource } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { Service } from '../model/workspace.ts';
import type { Operation } from './operation.ts';

/** Resources whose steps must be done before a step may start, sorted. The only place that knows all features' order. */
export function dependenciesOf(step: Step<Operation>, steps: readonly Step<Operation>[]): readonly string[] {
  const wanted = requirementsOf(step, steps);
  return steps
    .map(({ resource }) => resource)
    .filter((resource) => resource !== step.resource && wanted.has(resource))
    .sort();
}

/** Steps after which every image is there. */
const IMAGES = ['pull-image', 'build-image', 'ensure-agent-image'] as const;

function requirementsOf(step: Step<Operation>, steps: readonly Step<Operation>[]): ReadonlySet<string> {
  const { operation } = step;
  switch (operation.kind) {
    case 'ensure-agent-image':
    case 'pull-image':
    case 'build-image':
    case 'close-bridge':
      return new Set();
    // Nothing is made before all images are there: a missing one must leave no trace.
    case 'create-network':
    case 'join-target':
      return new Set(resourcesOf(steps, ...IMAGES));
    case 'create-volume':
      return new Set(resourcesOf(steps, ...IMAGES));
    case 'await-condition':
      return new Set([`container/${operation.dependency.service}`]);
    case 'start-gateway':
      return new Set(['network', ...resourcesOf(steps, ...IMAGES)]);
    case 'open-link':
    case 'replace-link': {
      const { service, targets } = operation.link;
      return new Set([`gateway/${service}`, ...targets.map((target) => `agent/${target}`)]);
    }
    // A link may break and come back; files are read by the session itself.
    case 'bring-files':
    case 'replace-files':
      return new Set([`gateway/${operation.service}`]);
    case 'leave-files':
      return new Set([`container/${operation.service}`]);
    case 'start-container':
    case 'replace-container': {
      const { name } = operation.service;
      // Claims are made first: a port that somebody else holds must be known before anything of the user's runs.
      return new Set([
        `gateway/${name}`,
        `link/${name}`,
        `files/${name}`,
        ...bridgesOf(name, steps, 'open-bridge', 'replace-bridge'),
        ...dependenciesOfService(operation.service, steps),
        ...resourcesOf(steps, ...IMAGES, 'create-volume'),
      ]);
    }
    case 'open-bridge':
    case 'replace-bridge': {
      const { service, target, port } = operation.bridge;
      const inTheWay = bridgesGivingUp(target, port, steps);
      return new Set([`link/${service}`, ...inTheWay]);
    }
    // Downwards: bridges are closed while the service still answers, so that no request meets a closed door.
    case 'remove-container':
      return new Set(bridgesOf(operation.service, steps, 'close-bridge'));
    case 'close-link':
      return new Set([
        ...bridgesOf(operation.service, steps, 'close-bridge'),
        `container/${operation.service}`,
      ]);
    case 'leave-target':
      return new Set(
        resourcesOf(
          steps,
          ...(['close-bridge', 'open-bridge', 'replace-bridge'] as const),
          ...(['close-link', 'open-link', 'replace-link'] as const),
        ),
      );
    case 'remove-gateway':
      return new Set([
        `link/${operation.service}`,
        `files/${operation.service}`,
        `container/${operation.service}`,
      ]);
    case 'remove-network':
      return new Set(resourcesOf(steps, 'remove-gateway', 'remove-container'));
  }
}

function resourcesOf(
  steps: readonly Step<Operation>[],
  ...kinds: readonly Operation['kind'][]
): readonly string[] {
  return steps.filter(({ operation }) => kinds.includes(operation.kind)).map(({ resource }) => resource);
}

function bridgesOf(
  service: string,
  steps: readonly Step<Operation>[],
  ...kinds: readonly Operation['kind'][]
): readonly string[] {
  return steps
    .filter(
      ({ operation }) =>
        kinds.includes(operation.kind) && 'bridge' in operation && operation.bridge.service === service,
    )
    .map(({ resource }) => resource);
}

function dependenciesOfService(service: Service, steps: readonly Step<Operation>[]): readonly string[] {
  const waits = steps.flatMap(({ resource, operation }) =>
    operation.kind === 'await-condition' &&
    service.dependsOn.some(
      (one) =>
        one.service === operation.dependency.service && one.condition === operation.dependency.condition,
    )
      ? [resource]
      : [],
  );
  return [...waits, ...service.dependsOn.map((one) => `container/${one.service}`)];
}

/** A claim of another service on the same port must be given back before it can be made anew. */
function bridgesGivingUp(target: string, port: number, steps: readonly Step<Operation>[]): readonly string[] {
  return steps.flatMap(({ operation }) => {
    const given =
      operation.kind === 'close-bridge'
        ? operation.bridge
        : operation.kind === 'replace-bridge'
          ? operation.replaces
          : undefined;
    return given?.target === target && given.port === port ? [bridgeResource(given)] : [];
  });
}
