import type { ErrorFacts } from '../common/errors.ts';
import type { AgentKind } from './agent-kind.ts';
import type { Forward } from './forward.ts';
import { type Bridge, type Service, type TargetRef, targetText } from './workspace.ts';

/** A container of this project as it was found, read from its labels. */
export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Whether its program runs. */
  readonly running: boolean;
  /** Session that made it. */
  readonly session: string;
  /** Fingerprint of what it was made from. */
  readonly config: string;
  /** Id of the container whose network namespace it has joined; undefined = it has one of its own. */
  readonly namespaceOwner?: string;
}

/** A network of this project as it was found. */
export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  /** Session that made it. */
  readonly session: string;
}

/** One port of a workload whose traffic comes to a service: as a file wants it, or as a session has it. */
export interface BridgedPort {
  /**
   * What it is called, once in a workspace: service and port, e.g. `app:8155`; with the target behind, where the service
   * takes a port of this number from several.
   */
  readonly name: string;
  /** The reference in the file's spelling. */
  readonly target: string;
  readonly service: string;
  /** Port of the workload's container. */
  readonly port: number;
  /** Port of the service. */
  readonly local: number;
  /** Which of its requests come, and how they are answered. */
  readonly traffic: BridgeTraffic;
}

/** What a bridge says of the requests of its ports; see `Bridge`. */
export type BridgeTraffic = Pick<Bridge, 'filter' | 'probes' | 'passOn' | 'keepsCache' | 'fallback'>;

/** See `BridgeTraffic`. */
export function trafficOf({ filter, probes, passOn, keepsCache, fallback }: Bridge): BridgeTraffic {
  return { filter, probes, passOn, keepsCache, fallback };
}

/** A way into a workload's network that a running session keeps open. */
export interface LiveLink {
  readonly service: string;
  /** Id of the gateway container it ends in. */
  readonly gateway: string;
  /** Targets whose agents it reaches, in the file's spelling, the first for outbound traffic; then names and ports. */
  readonly config: string;
  /** `lost`: the gateway is not connected with the session. */
  readonly state: 'up' | 'lost';
}

/**
 * What only a running session knows. Empty for a command that finds no session: then nothing is live.
 */
export interface Liveness {
  /** Targets whose agents are joined. */
  readonly targets: readonly LiveTarget[];
  readonly links: readonly LiveLink[];
  /** Those that are open. */
  readonly bridges: readonly BridgedPort[];
  /** Forwards that are open. */
  readonly forwards: readonly Forward[];
  /** Services whose directories of workloads are kept current, with a fingerprint of which. */
  readonly files: readonly { readonly service: string; readonly config: string }[];
}

/** A target that is joined. */
export interface LiveTarget {
  /** In the file's spelling. */
  readonly target: string;
  readonly agents: AgentKind;
}

/** Nothing is live. */
export const NOTHING_LIVE: Liveness = { targets: [], links: [], bridges: [], forwards: [], files: [] };

/** One look at everything of a project. Deciding code gets this and no client. */
export interface Observed {
  readonly gateways: readonly ObservedContainer[];
  readonly services: readonly ObservedContainer[];
  readonly networks: readonly ObservedNetwork[];
  /** Names of all volumes that the engine has. */
  readonly volumes: readonly string[];
  /** Variables of the workloads that `env_from` names, by target in the file's spelling. */
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Why those of others could not be read. */
  readonly unreadEnvironments: ReadonlyMap<string, ErrorFacts>;
  /** Content ids of the images the workspace names, and of our own; undefined = the engine does not have it. */
  readonly images: ReadonlyMap<string, string | undefined>;
  /** Numbers of the ports that bridges name, by target and name as `portKey` joins them. */
  readonly ports: ReadonlyMap<string, number>;
  /** Why those of others could not be found. */
  readonly unfoundPorts: ReadonlyMap<string, ErrorFacts>;
  readonly live: Liveness;
}

/** Key of a named port in `Observed.ports`. */
export function portKey(target: TargetRef, name: string): string {
  return `${targetText(target)}:${name}`;
}

/** The ports that a service wants bridged, with numbers for the names of ports. One whose name was not looked up is left out. */
export function bridgesOf(service: Service, { ports }: Pick<Observed, 'ports'>): readonly BridgedPort[] {
  const bridged = service.bridges.flatMap((bridge) => {
    const traffic = trafficOf(bridge);
    return bridge.ports.flatMap(({ container, local }) => {
      const port = typeof container === 'number' ? container : ports.get(portKey(bridge.target, container));
      if (port === undefined) return [];
      return [
        { target: targetText(bridge.target), service: service.name, port, local: local ?? port, traffic },
      ];
    });
  });
  return bridged.map((bridge) => {
    const { port, target } = bridge;
    const isOnly = bridged.every((other) => other === bridge || other.port !== port);
    const name = `${service.name}:${port}`;
    return { name: isOnly ? name : `${name}@${target}`, ...bridge };
  });
}

/** Name of a bridge in plans and events, e.g. `bridge/app:8155`. */
export function bridgeResource({ name }: Pick<BridgedPort, 'name'>): string {
  return `bridge/${name}`;
}
