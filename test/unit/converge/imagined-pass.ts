import { randomUUID } from 'node:crypto';
import { linkConfig } from '../../../src/connection/plan.ts';
import { serviceConfig } from '../../../src/containers/service-config.ts';
import type { Operation } from '../../../src/converge/index.ts';
import { filesConfig } from '../../../src/files/plan.ts';
import { networkName, volumeName } from '../../../src/model/identity.ts';
import type { Observed } from '../../../src/model/observed.ts';
import { networkServiceOf, type Service, targetText } from '../../../src/model/workspace.ts';
import { anObservedContainer } from '../../builders/observed.ts';

const PROJECT = 'shop';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/**
 * What would be observed after an operation. `placeOf` says which targets are names of one place; `stopped`: services of
 * which nobody expects that they run.
 * Errors: `Error` when something stands in its way that another step should have cleared away or made first.
 */
export function carriedOut(
  operation: Operation,
  observed: Observed,
  placeOf: (target: string) => string,
  stopped: ReadonlySet<string> = new Set(),
): Observed {
  const { live, networks, gateways, services } = observed;
  const lives = (changed: Partial<Observed['live']>) => ({ ...observed, live: { ...live, ...changed } });
  switch (operation.kind) {
    case 'ensure-agent-image':
      return withImage(observed, 'agent:1');
    case 'pull-image':
    case 'build-image':
      return withImage(observed, operation.reference);
    case 'create-network':
      return { ...observed, networks: [{ id: 'n1', name: networkName(PROJECT), session: 's1' }] };
    case 'remove-network':
      demand(gateways.length === 0, 'the network has containers');
      return { ...observed, networks: [] };
    case 'create-volume':
      return { ...observed, volumes: [...observed.volumes, volumeName(PROJECT, operation.volume)] };
    case 'lack-environment':
    case 'lack-port':
      return observed;
    case 'await-condition':
      demand(isThere(services, operation.dependency.service), 'there is nothing to wait for');
      return observed;
    case 'join-target':
      return lives({
        targets: [
          ...live.targets.filter(({ target }) => target !== targetText(operation.target)),
          { target: targetText(operation.target), agents: operation.agents },
        ],
      });
    case 'leave-target': {
      const isBridged = live.bridges.some(({ target }) => target === operation.target);
      demand(!isBridged, 'the target is bridged');
      const isForwarded = live.forwards.some(({ target }) => targetText(target) === operation.target);
      demand(!isForwarded, 'forwards lead into its network');
      return lives({ targets: live.targets.filter(({ target }) => target !== operation.target) });
    }
    case 'open-forward':
    case 'replace-forward': {
      const { forward } = operation;
      const { local, target } = forward;
      const isOpen = live.forwards.some((other) => other.local === local);
      demand(
        isOpen === (operation.kind === 'replace-forward'),
        'the port is listened on, or nothing is there',
      );
      demand(
        live.targets.some((joined) => joined.target === targetText(target)),
        'its target is not joined',
      );
      return lives({ forwards: [...live.forwards.filter((other) => other.local !== local), forward] });
    }
    case 'close-forward': {
      const { local } = operation.forward;
      return lives({ forwards: live.forwards.filter((other) => other.local !== local) });
    }
    case 'start-gateway':
      demand(networks.length > 0 || operation.gateway.onMachine, 'there is no network');
      demand(!isThere(gateways, operation.gateway.service), 'the namespace is there');
      return { ...observed, gateways: started(gateways, operation.gateway) };
    case 'replace-gateway':
      demand(isThere(gateways, operation.gateway.service), 'there is no namespace to replace');
      return { ...observed, gateways: started(gateways, operation.gateway) };
    case 'remove-gateway':
      demand(!isInOwn(operation.service, observed), 'the service is in its namespace');
      demand(!isThere(live.links, operation.service), 'the link ends in it');
      demand(!isThere(live.files, operation.service), 'it is given files');
      return { ...observed, gateways: without(gateways, operation.service) };
    case 'open-link':
      demand(!isThere(live.links, operation.link.service), 'the link is open');
      return lives({ links: joined(operation, observed) });
    case 'replace-link':
      demand(isThere(live.links, operation.link.service), 'there is no link to replace');
      return lives({ links: joined(operation, observed) });
    case 'close-link':
      demand(!isThere(live.bridges, operation.service), 'bridges need the link');
      return lives({ links: without(live.links, operation.service) });
    case 'bring-files':
      demand(!isThere(live.files, operation.service), 'it has files');
      return lives({ files: brought(operation, observed) });
    case 'replace-files':
      demand(isThere(live.files, operation.service), 'there are no files to replace');
      return lives({ files: brought(operation, observed) });
    case 'leave-files':
      return lives({ files: without(live.files, operation.service) });
    case 'open-bridge':
      return lives({ bridges: opened(operation, observed, placeOf) });
    case 'replace-bridge': {
      const bridges = closed(operation.replaces, observed);
      return lives({ bridges: opened(operation, lives({ bridges }), placeOf) });
    }
    case 'close-bridge':
      return lives({ bridges: closed(operation.bridge, observed) });
    case 'start-container':
      demand(!isThere(services, operation.service.name), 'the container is there');
      return { ...observed, services: run(operation, observed, stopped) };
    case 'replace-container':
      demand(isThere(services, operation.service.name), 'there is no container to replace');
      return { ...observed, services: run(operation, observed, stopped) };
    case 'resume-container':
      demandDependencies(operation.service, services, stopped);
      return { ...observed, services: running(operation.service.name, true, services) };
    case 'stop-container':
      return { ...observed, services: running(operation.service.name, false, services) };
    case 'remove-container':
      demand(!isThere(live.bridges, operation.service), 'requests still come to it');
      return { ...observed, services: without(services, operation.service) };
  }
}

function joined(
  { link }: Of<'open-link' | 'replace-link'>,
  { live, gateways }: Observed,
): Observed['live']['links'] {
  const gateway = gateways.find(({ service }) => service === link.service);
  const joined = live.targets.map(({ target }) => target);
  for (const target of link.targets) demand(joined.includes(target), `${target} is not joined`);
  if (gateway === undefined) throw new Error('there is no gateway to join');
  const made = { service: link.service, gateway: gateway.id, config: linkConfig(link), state: 'up' as const };
  return [...without(live.links, link.service), made];
}

function brought(
  { service, directories }: Of<'bring-files' | 'replace-files'>,
  { live, gateways }: Observed,
): Observed['live']['files'] {
  demand(isThere(gateways, service), 'there is no gateway to bring files to');
  return [...without(live.files, service), { service, config: filesConfig(directories) }];
}

function opened(
  { bridge }: Of<'open-bridge' | 'replace-bridge'>,
  { live }: Observed,
  placeOf: (target: string) => string,
): Observed['live']['bridges'] {
  demand(isThere(live.links, bridge.service), 'there is no link to bridge through');
  const claim = live.bridges.find(
    ({ port, target }) => port === bridge.port && placeOf(target) === placeOf(bridge.target),
  );
  demand(claim === undefined, `port ${bridge.port} is held by ${claim?.service} at ${claim?.target}`);
  return [...live.bridges, bridge];
}

function closed(
  { service, port, target }: Of<'close-bridge'>['bridge'],
  { live }: Observed,
): Observed['live']['bridges'] {
  return live.bridges.filter(
    (bridge) => bridge.service !== service || bridge.port !== port || bridge.target !== target,
  );
}

function run(
  { service, environment }: Of<'start-container' | 'replace-container'>,
  { gateways, live, images, services }: Observed,
  stopped: ReadonlySet<string>,
): Observed['services'] {
  const { name, volumes } = service;
  const image = images.get(service.image);
  demand(image !== undefined || service.process !== undefined, `there is no image ${service.image}`);
  const place = gateways.find((gateway) => gateway.service === networkServiceOf(service));
  if (place === undefined) throw new Error('there is no namespace');
  demandDependencies(service, services, stopped);
  if (volumes.some(({ kind }) => kind === 'workload')) {
    demand(isThere(live.files, name), 'its directories are empty');
  }
  const config = serviceConfig(service, image, environment);
  return started(services, { service: name, config, namespaceOwner: place.id });
}

function demandDependencies(
  { dependsOn }: Service,
  services: Observed['services'],
  stopped: ReadonlySet<string>,
): void {
  for (const { service } of dependsOn) {
    const isRunning = services.some((found) => found.service === service && found.running);
    demand(isRunning || stopped.has(service), `${service} has not started`);
  }
}

function running(name: string, isRunning: boolean, services: Observed['services']): Observed['services'] {
  demand(isThere(services, name), 'there is no container');
  return services.map((found) => (found.service === name ? { ...found, running: isRunning } : found));
}

function started(
  found: Observed['services'],
  made: {
    readonly service: string;
    readonly config: string;
    readonly namespaceOwner?: string;
  },
): Observed['services'] {
  const { service, config, namespaceOwner } = made;
  const own = namespaceOwner === undefined ? {} : { namespaceOwner };
  return [...without(found, service), anObservedContainer({ id: randomUUID(), service, config, ...own })];
}

function withImage(observed: Observed, reference: string): Observed {
  return { ...observed, images: new Map([...observed.images, [reference, 'sha256:1']]) };
}

function isInOwn(name: string, { services, gateways }: Observed): boolean {
  const own = gateways.find(({ service }) => service === name);
  return services.some(
    ({ service, namespaceOwner, running }) => running && service === name && namespaceOwner === own?.id,
  );
}

function isThere(found: readonly { readonly service: string }[], name: string): boolean {
  return found.some(({ service }) => service === name);
}

function without<T extends { readonly service: string }>(found: readonly T[], name: string): readonly T[] {
  return found.filter(({ service }) => service !== name);
}

function demand(isMet: boolean, otherwise: string): void {
  if (!isMet) throw new Error(otherwise);
}
