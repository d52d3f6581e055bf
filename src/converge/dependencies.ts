import type { Forward } from '../model/forward.ts';
import type { Step } from '../model/plan.ts';
import { networkServiceOf, targetText } from '../model/workspace.ts';
import type { Operation } from './operation.ts';

/**
 * Resources whose steps must be done before a step may start, sorted. The only place that knows all features' order,
 * which goes by what steps do: a step that waits for a container to start does not wait for one that is removed.
 */
export function dependenciesOf(step: Step<Operation>, steps: readonly Step<Operation>[]): readonly string[] {
  const isAwaited = awaitedBy(step.operation);
  return steps
    .filter((other) => other.resource !== step.resource && isAwaited(other.operation))
    .map(({ resource }) => resource)
    .sort();
}

/**
 * Those of the resources it comes after without which a step cannot be done. Nothing is made before all images are
 * there; but only what runs from an image that is not to be had must go without.
 */
export function requiredOf(
  step: Step<Operation>,
  after: readonly string[],
  steps: readonly Step<Operation>[],
): readonly string[] {
  const own = ownImages(step.operation, steps);
  return after.filter((resource) => {
    const operation = steps.find((other) => other.resource === resource)?.operation;
    return operation?.kind === 'pull-image' || operation?.kind === 'build-image'
      ? own.has(operation.reference)
      : true;
  });
}

/** What a step's container, or that of the service it is for, runs from. */
function ownImages(operation: Operation, steps: readonly Step<Operation>[]): ReadonlySet<string> {
  const service = serviceOf(operation);
  return new Set(
    steps.flatMap(({ operation: other }) =>
      (other.kind === 'start-container' || other.kind === 'replace-container') &&
      other.service.name === service
        ? [other.service.image]
        : [],
    ),
  );
}

/** Says of the operation of another step whether it must be done before. */
type Awaited = (other: Operation) => boolean;

/** After these a container runs. */
const STARTS = ['start-container', 'replace-container', 'resume-container'] as const;

/** After these every image is there. */
const IMAGES = ['pull-image', 'build-image', 'ensure-agent-image'] as const;

function awaitedBy(operation: Operation): Awaited {
  switch (operation.kind) {
    case 'ensure-agent-image':
    case 'pull-image':
    case 'build-image':
    case 'close-bridge':
    case 'lack-environment':
    case 'lack-port':
    case 'close-forward':
      return () => false;
    // Nothing is made before all images are there: a missing one must leave no trace.
    case 'create-network':
    case 'create-volume':
    case 'join-target':
      return any(...IMAGES);
    case 'await-condition':
      return of(operation.dependency.service, ...STARTS);
    case 'start-gateway':
      return any('create-network', ...IMAGES);
    case 'replace-gateway': {
      const { service } = operation.gateway;
      return either(
        any('create-network', ...IMAGES),
        of(service, 'close-bridge', 'close-link', 'stop-container'),
      );
    }
    case 'open-link':
      return opensLink(operation.link);
    case 'replace-link':
      return either(opensLink(operation.link), of(operation.link.service, 'close-bridge'));
    // A link may break and come back; files are read by the session itself.
    case 'bring-files':
    case 'replace-files':
      return of(operation.service, 'start-gateway', 'replace-gateway');
    case 'start-container':
    case 'resume-container':
      return startsContainer(operation);
    // Whoever needs it ends before.
    case 'stop-container':
      return (other) =>
        other.kind === 'stop-container' &&
        other.service.dependsOn.some(({ service }) => service === operation.service.name);
    case 'replace-container':
      return either(
        startsContainer(operation),
        of(operation.service.name, 'close-bridge'),
        of(networkServiceOf(operation.service), 'close-bridge'),
      );
    case 'open-bridge':
    case 'replace-bridge':
      return opensBridge(operation);
    case 'open-forward':
    case 'replace-forward':
      return opensForward(operation.forward);
    // Downwards: bridges are closed while the service still answers, so that no request meets a closed door.
    case 'remove-container':
      return either(
        of(operation.service, 'close-bridge'),
        of(operation.inNetworkOf ?? operation.service, 'close-bridge'),
      );
    case 'leave-files':
      return of(operation.service, 'remove-container', 'replace-container');
    case 'close-link':
      return of(operation.service, 'close-bridge', 'remove-container');
    // Also after what is opened: an agent that serves on under another name needs not be placed again.
    case 'leave-target':
      return either(
        any('close-bridge', 'open-bridge', 'replace-bridge'),
        any('close-link', 'open-link', 'replace-link'),
        any('close-forward', 'open-forward', 'replace-forward'),
      );
    case 'remove-gateway':
      return of(
        operation.service,
        ...([
          'close-link',
          'leave-files',
          'remove-container',
          'replace-container',
          'stop-container',
        ] as const),
      );
    case 'remove-network':
      return any('remove-gateway', 'remove-container');
  }
}

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

function opensLink({ service, targets }: Of<'open-link'>['link']): Awaited {
  return either(
    of(service, 'start-gateway', 'replace-gateway'),
    (other) => other.kind === 'join-target' && targets.includes(targetText(other.target)),
  );
}

/** It needs the agents of its target, and nothing else. */
function opensForward({ target }: Forward): Awaited {
  return (other) => other.kind === 'join-target' && targetText(other.target) === targetText(target);
}

/** Claims are made first: a port that somebody else holds must be known before anything of the user's runs. */
function startsContainer({ service }: Of<(typeof STARTS)[number]>): Awaited {
  const { name, dependsOn } = service;
  return either(
    any('create-volume', ...IMAGES),
    of(name, 'start-gateway', 'replace-gateway', 'open-link', 'replace-link'),
    of(networkServiceOf(service), 'start-gateway', 'replace-gateway', 'open-link', 'replace-link'),
    of(name, 'bring-files', 'replace-files'),
    of(name, 'open-bridge', 'replace-bridge'),
    (other) => other.kind === 'lack-environment' && other.services.includes(name),
    ...dependsOn.map((one) => of(one.service, ...STARTS)),
    (other) =>
      other.kind === 'await-condition' &&
      dependsOn.some(
        ({ service, condition }) =>
          service === other.dependency.service && condition === other.dependency.condition,
      ),
  );
}

/**
 * A claim must be given back before it can be made anew. Two targets may be two names of one pod, which is known only
 * there: the port alone decides. Bridges that take ports of each other are not replaced, but closed and opened.
 */
function opensBridge({ bridge }: Of<'open-bridge' | 'replace-bridge'>): Awaited {
  const { service, port } = bridge;
  return either(
    of(service, 'open-link', 'replace-link'),
    (other) => other.kind === 'close-bridge' && other.bridge.port === port,
  );
}

function any(...kinds: readonly Operation['kind'][]): Awaited {
  return (other) => kinds.includes(other.kind);
}

/** Operations on what belongs to a service. */
function of(service: string, ...kinds: readonly Operation['kind'][]): Awaited {
  return (other) => kinds.includes(other.kind) && serviceOf(other) === service;
}

function either(...awaited: readonly Awaited[]): Awaited {
  return (other) => awaited.some((isAwaited) => isAwaited(other));
}

/** Name of the service that an operation is about; undefined when it is about none alone. */
function serviceOf(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'ensure-agent-image':
    case 'pull-image':
    case 'build-image':
    case 'create-network':
    case 'remove-network':
    case 'create-volume':
    case 'join-target':
    case 'leave-target':
    case 'lack-environment':
    case 'open-forward':
    case 'replace-forward':
    case 'close-forward':
      return undefined;
    case 'await-condition':
      return operation.dependency.service;
    case 'start-container':
    case 'replace-container':
    case 'resume-container':
    case 'stop-container':
      return operation.service.name;
    case 'start-gateway':
    case 'replace-gateway':
      return operation.gateway.service;
    case 'open-link':
    case 'replace-link':
      return operation.link.service;
    case 'open-bridge':
    case 'replace-bridge':
    case 'close-bridge':
      return operation.bridge.service;
    default:
      return operation.service;
  }
}
