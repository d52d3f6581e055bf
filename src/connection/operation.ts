import type { AgentKind } from '../model/agent-kind.ts';
import type { NamespaceSettings } from '../model/container-settings.ts';
import type { SharedDirectory } from '../model/shared-directory.ts';
import type { ExtraHost, PublishedPort, TargetRef } from '../model/workspace.ts';
import type { ServiceNames } from '../protocol/index.ts';

/** What can be done to a service's way into the workload's network. */
export type ConnectionOperation =
  | { readonly kind: 'ensure-agent-image' }
  | { readonly kind: 'create-network' }
  | { readonly kind: 'remove-network' }
  /**
   * Find or place an agent wherever the target runs, connect to it, and follow the target from then on. One that is joined
   * by agents that take no ports over is joined by such that do.
   */
  | { readonly kind: 'join-target'; readonly target: TargetRef; readonly agents: AgentKind }
  /** Leave the target's agents; those that nobody else uses end. */
  | { readonly kind: 'leave-target'; readonly target: string }
  /** Make the container that owns the service's network namespace. */
  | { readonly kind: 'start-gateway'; readonly gateway: GatewaySettings }
  /** Remove that container, and make it anew. */
  | { readonly kind: 'replace-gateway'; readonly gateway: GatewaySettings }
  | { readonly kind: 'remove-gateway'; readonly service: string }
  /** Join the gateway with the agents of its targets; the first is for outbound traffic. */
  | { readonly kind: 'open-link'; readonly link: LinkSettings }
  /** Close the service's link, and join its gateway anew. */
  | { readonly kind: 'replace-link'; readonly link: LinkSettings }
  | { readonly kind: 'close-link'; readonly service: string };

/** Where a gateway leads to; see `GatewaySettings`. */
export type LeadsTo = 'workload' | 'neighbours' | 'nothing';

/** What the container is made from that owns a service's network namespace. */
export interface GatewaySettings {
  readonly service: string;
  /**
   * `workload`: everything goes through a workload's network. `neighbours`: the network is as the engine makes it, and programs
   * of this machine are neighbours in it. `nothing`: the container is the namespace and nothing else.
   */
  readonly leadsTo: LeadsTo;
  /** Names of neighbours that the service looks up nowhere: lines of `/etc/hosts`. */
  readonly neighbours: readonly ExtraHost[];
  /** It is a network of this machine itself, with the gateway as a program of it; no engine has a container for it. */
  readonly onMachine: boolean;
  readonly ports: readonly PublishedPort[];
  readonly extraHosts: readonly ExtraHost[];
  /** Names, name servers and parameters of the network. */
  readonly namespace: NamespaceSettings;
  /** Ports of the service's own loopback addresses that lead to the workload's. */
  readonly loopbackPorts: readonly number[];
  /** Directories that it fills for the service. */
  readonly directories: readonly SharedDirectory[];
  /** Fingerprint of all of it. */
  readonly config: string;
}

/** What a link joins. */
export interface LinkSettings {
  readonly service: string;
  /** Targets in the file's spelling; the first is for outbound traffic and names. None = only neighbours are reached. */
  readonly targets: readonly string[];
  /** Ports of the service that bridges lead to. */
  readonly ports: readonly number[];
  /** Port of the debugger that the program waits for before it listens; undefined = it waits for none. */
  readonly awaitedDebugger: number | undefined;
  /** How the services of the file look each other up. */
  readonly names: ServiceNames;
  /** What the service reaches through the session: by no network it would. */
  readonly neighbours: readonly Neighbour[];
}

/** Something on this side that a service reaches through the session. */
export interface Neighbour {
  /** The address that stands for it. */
  readonly address: string;
  /** Names that lead there. */
  readonly names: readonly string[];
  /** Service in whose network it is; undefined = this machine's own loopback. */
  readonly service: string | undefined;
}
