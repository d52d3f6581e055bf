import { changedAspects, fingerprint } from '../common/fingerprint.ts';
import type { NamespaceSettings } from '../model/container-settings.ts';
import type { Forward } from '../model/forward.ts';
import { bridgesOf, type Observed, type ObservedContainer } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { sharedDirectories } from '../model/shared-directory.ts';
import {
  networkServiceOf,
  networksOf,
  type PlatformKind,
  publishedPorts,
  type Service,
  targetText,
  usesEngine,
} from '../model/workspace.ts';
import type { ConnectionOperation, GatewaySettings, LinkSettings } from './operation.ts';
import { type Lookups, leadsTo, lookupsOf, neighbourHosts } from './plan-names.ts';
import { planTargets } from './plan-targets.ts';

/** What planning needs to know of what the file asks for. */
export interface ConnectionDesired {
  /** Project name. */
  readonly project: string;
  readonly services: readonly Service[];
  readonly forwards: readonly Forward[];
  /** Where the targets live. */
  readonly platform: PlatformKind;
  /** Reference of the image that gateway and agent run from. */
  readonly agentImage: string;
}

type ConnectionStep = Step<ConnectionOperation>;

/** Compares networks, gateways, agents and links that should be with those that are. */
export function planConnection(desired: ConnectionDesired, observed: Observed): readonly ConnectionStep[] {
  const { services, platform } = desired;
  const connected = services.filter((service) => networksOf(service, platform).length > 0);
  const linked = services.filter((service) => leadsTo(service, services, platform) !== 'nothing');
  const separate = services.filter((service) => networkServiceOf(service) === service.name);
  const gateways = separate.flatMap((service) => planGateway(service, desired, observed));
  const renewed = new Set(gateways.map((step) => step.resource));
  return [
    ...planImage(desired, observed),
    ...planNetwork(
      services.filter(({ process }) => process === undefined),
      observed,
    ),
    ...planTargets(connected, desired, observed.live.targets),
    ...gateways,
    ...planLinks(linked, desired, renewed, observed),
    ...removals(separate, linked, observed),
  ];
}

function planImage(
  { services, forwards, platform, agentImage }: ConnectionDesired,
  observed: Observed,
): readonly ConnectionStep[] {
  // A cluster gets its agents' image from elsewhere.
  const hasAgentsHere = platform === 'docker' && forwards.length > 0;
  const isUsed = services.length > 0 && usesEngine(services, platform);
  if ((!isUsed && !hasAgentsHere) || observed.images.get(agentImage) !== undefined) return [];
  return [step('image/agent', 'create', 'not found', { kind: 'ensure-agent-image' })];
}

function planNetwork(services: readonly Service[], { networks }: Observed): readonly ConnectionStep[] {
  const exists = networks.length > 0;
  if (services.length === 0) {
    return exists ? [step('network', 'remove', 'not wanted', { kind: 'remove-network' })] : [];
  }
  if (exists) return [];
  return [
    {
      ...step('network', 'create', 'not found', { kind: 'create-network' }),
      undo: { kind: 'remove-network' },
    },
  ];
}

function planGateway(
  service: Service,
  { project, services, platform, agentImage }: ConnectionDesired,
  observed: Observed,
): readonly ConnectionStep[] {
  const found = observed.gateways.find((gateway) => gateway.service === service.name);
  const to = leadsTo(service, services, platform);
  const settings = {
    leadsTo: to,
    neighbours: to === 'neighbours' ? neighbourHosts(service, services) : [],
    onMachine: service.process !== undefined,
    ports: publishedPorts(service),
    extraHosts: service.extraHosts,
    namespace: withGuests(service, services),
    loopbackPorts: service.outbound.loopback,
    directories: sharedDirectories(project, service),
  };
  const config = gatewayConfig(agentImage, settings);
  const cause = causeToStart(found, config);
  if (cause === undefined) return [];
  return [
    {
      resource: `gateway/${service.name}`,
      verb: found === undefined ? 'create' : 'replace',
      cause,
      destructive: found?.running === true,
      after: [],
      operation: {
        kind: found === undefined ? 'start-gateway' : 'replace-gateway',
        gateway: { service: service.name, ...settings, config },
      },
      undo: { kind: 'remove-gateway', service: service.name },
    },
  ];
}

/** Who calls a service that is in another's network finds that one's address. */
function withGuests({ name, namespace }: Service, services: readonly Service[]): NamespaceSettings {
  const guests = services.filter((other) => other.name !== name && networkServiceOf(other) === name);
  if (namespace.networkMode !== undefined) return namespace;
  return { ...namespace, aliases: [...namespace.aliases, ...guests.map((guest) => guest.name)] };
}

/** Fingerprint of what a gateway's container is made from, in the file's words. */
export function gatewayConfig(
  agentImage: string,
  gateway: Omit<GatewaySettings, 'service' | 'config'>,
): string {
  return fingerprint({
    ...(gateway.onMachine ? { process: true } : { agent_image: agentImage }),
    extra_hosts: gateway.extraHosts,
    ...aspectsOf(gateway.namespace),
    files: gateway.directories.map(({ target }) => target),
    loopback: gateway.loopbackPorts,
    ports: gateway.ports,
    ...(gateway.neighbours.length > 0 && { neighbours: gateway.neighbours }),
    workload: gateway.leadsTo === 'workload',
  });
}

/** What is not as the engine has it anyway. */
function aspectsOf({ networkMode, ...namespace }: NamespaceSettings): Readonly<Record<string, unknown>> {
  const given = Object.entries({ ...namespace, network_mode: networkMode }).filter(
    ([, value]) => value !== undefined && (typeof value === 'string' || Object.keys(value).length > 0),
  );
  return Object.fromEntries(given);
}

function causeToStart(found: ObservedContainer | undefined, config: string): string | undefined {
  if (found === undefined) return 'not found';
  if (!found.running) return 'it has ended';
  const changed = changedAspects(found.config, config);
  return changed.length === 0 ? undefined : `${changed.join(', ')} changed`;
}

function planLinks(
  linkedServices: readonly Service[],
  { services, platform }: ConnectionDesired,
  renewedGateways: ReadonlySet<string>,
  observed: Observed,
): readonly ConnectionStep[] {
  const { live, gateways } = observed;
  return linkedServices.flatMap((service) => {
    const link = linkSettings(service, lookupsOf(service, services), platform, observed);
    const found = live.links.find((known) => known.service === service.name);
    const gateway = gateways.find((known) => known.service === service.name);
    const cause =
      found === undefined
        ? 'not connected'
        : renewedGateways.has(`gateway/${service.name}`) || found.gateway !== gateway?.id
          ? 'its gateway is replaced'
          : found.config !== linkConfig(link)
            ? `${changedAspects(found.config, linkConfig(link)).join(', ')} changed`
            : found.state === 'lost'
              ? 'it is lost'
              : undefined;
    if (cause === undefined) return [];
    const resource = `link/${service.name}`;
    const joined =
      found === undefined
        ? step(resource, 'open', cause, { kind: 'open-link', link })
        : step(resource, 'replace', cause, { kind: 'replace-link', link });
    return [{ ...joined, undo: { kind: 'close-link', service: service.name } } satisfies ConnectionStep];
  });
}

function linkSettings(
  service: Service,
  lookups: Lookups,
  platform: PlatformKind,
  observed: Observed,
): LinkSettings {
  const ports = bridgesOf(service, observed).map(({ local }) => local);
  return {
    service: service.name,
    targets: networksOf(service, platform).map(targetText),
    ports: [...new Set(ports)].sort((left, right) => left - right),
    awaitedDebugger: service.debug?.wait ? service.debug.port : undefined,
    ...lookups,
  };
}

/** Fingerprint of what a link joins. */
export function linkConfig({ targets, ports, awaitedDebugger, names, neighbours }: LinkSettings): string {
  return fingerprint({ targets, ports, debug: awaitedDebugger, names, neighbours });
}

function removals(
  services: readonly Service[],
  linkedServices: readonly Service[],
  { gateways, live }: Observed,
): readonly ConnectionStep[] {
  const kept = new Set(services.map((service) => service.name));
  const linked = new Set(linkedServices.map((service) => service.name));
  const unwanted = <T extends { readonly service: string }>(
    found: readonly T[],
    wanted: ReadonlySet<string>,
  ) => found.map(({ service }) => service).filter((service) => !wanted.has(service));
  return [
    ...unwanted(live.links, linked).map((service) =>
      step(`link/${service}`, 'close', 'not wanted', { kind: 'close-link', service }),
    ),
    ...unwanted(gateways, kept).map((service) =>
      step(`gateway/${service}`, 'remove', 'not wanted', { kind: 'remove-gateway', service }),
    ),
  ];
}

function step(
  resource: string,
  verb: ConnectionStep['verb'],
  cause: string,
  operation: ConnectionOperation,
): ConnectionStep {
  return { resource, verb, cause, destructive: false, after: [], operation };
}
