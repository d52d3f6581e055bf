import { DevenvError } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import type { LiveLink } from '../model/observed.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import type { AgentsListener } from './agent-link.ts';
import type { LinkSettings } from './operation.ts';
import { ServiceLink } from './service-link.ts';
import { TargetLink } from './target-link.ts';

/** What the connections of a session work with. */
export interface ConnectionsOptions {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  /** Image reference of agents and gateways. */
  readonly agentImage: string;
  readonly report: Reporter;
}

/** Whether a service can take requests on a port, and why not. */
type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly why: string; readonly waitsForDebugger: boolean };

type ReadinessListener = (readiness: Readiness) => void;

/** Everything that is connected while a session lives. The only owner of live connections. */
export class Connections {
  readonly options: ConnectionsOptions;
  readonly #targets = new Map<string, TargetLink>();
  readonly #links = new Map<string, ServiceLink>();
  readonly #listening = new Map<string, boolean>();
  readonly #unhealthy = new Set<string>();
  readonly #listeners = new Map<string, Set<ReadinessListener>>();

  constructor(options: ConnectionsOptions) {
    this.options = options;
  }

  /** Targets that are joined, in the file's spelling, for planning. */
  targets(): readonly string[] {
    return [...this.#targets.keys()];
  }

  /** Links that are open, for planning. */
  links(): readonly LiveLink[] {
    return [...this.#links.values()].map((link) => link.describe());
  }

  /** Connects to the agents of a target. Errors: those of `TargetLink.open`; then it is not joined. */
  async joinTarget(reference: TargetRef, signal: AbortSignal): Promise<void> {
    const link = new TargetLink(reference, this.options);
    try {
      await link.open(signal);
    } catch (error) {
      await link.close();
      throw error;
    }
    this.#targets.set(targetText(reference), link);
  }

  /** Nothing happens when it is not joined. */
  async leaveTarget(target: string): Promise<void> {
    const link = this.#targets.get(target);
    this.#targets.delete(target);
    await link?.close();
  }

  /** Joins a service's gateway with the agents of its targets, in place of an older link. */
  async openLink(settings: LinkSettings, signal: AbortSignal): Promise<void> {
    this.closeLink(settings.service);
    const { engine, identity, report } = this.options;
    const gateway = await engine.findContainer(containerName(identity.project, settings.service, 'gateway'));
    if (gateway === undefined) {
      throw new DevenvError({
        code: 'container-failed',
        message: `service ${settings.service}: its gateway is gone`,
        owner: 'environment',
      });
    }
    const link = new ServiceLink({
      engine,
      identity,
      report,
      gatewayId: gateway.id,
      settings,
      targets: settings.targets.map((target) => this.#joined(target)),
      onListening: (port, listening) => this.#listeningChanged(settings.service, port, listening),
    });
    this.#links.set(settings.service, link);
    try {
      await link.open(signal);
    } catch (error) {
      this.closeLink(settings.service);
      throw error;
    }
  }

  /** Nothing happens when it is not open. */
  closeLink(service: string): void {
    this.#links.get(service)?.close();
    this.#links.delete(service);
  }

  /** Follows the agents of a joined target; what bridges need. */
  followAgents(target: string, listener: AgentsListener): () => void {
    return this.#joined(target).follow(listener);
  }

  /** Follows whether a service can take requests on a port of one of its links; what bridges need. */
  followReadiness(service: string, port: number, listener: ReadinessListener): () => void {
    const key = `${service}:${port}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    listener(this.#readiness(service, port));
    return () => listeners.delete(listener);
  }

  /** The health test of a service came to another verdict; one without a test is healthy. */
  healthChanged(service: string, healthy: boolean): void {
    if (healthy) this.#unhealthy.delete(service);
    else this.#unhealthy.add(service);
    this.#tellAll(service);
  }

  #listeningChanged(service: string, port: number, listening: boolean): void {
    this.#listening.set(`${service}:${port}`, listening);
    // What the others wait for is the debugger.
    if (port === this.#debuggerAwaitedBy(service)) this.#tellAll(service);
    else this.#tell(service, port);
  }

  #tellAll(service: string): void {
    for (const key of this.#listeners.keys()) {
      const at = key.lastIndexOf(':');
      if (key.slice(0, at) === service) this.#tell(service, Number(key.slice(at + 1)));
    }
  }

  #tell(service: string, port: number): void {
    const readiness = this.#readiness(service, port);
    for (const listener of this.#listeners.get(`${service}:${port}`) ?? []) listener(readiness);
  }

  #readiness(service: string, port: number): Readiness {
    const listens = (asked: number) => this.#listening.get(`${service}:${asked}`) === true;
    if (!listens(port)) {
      const awaited = this.#debuggerAwaitedBy(service);
      return awaited !== undefined && listens(awaited)
        ? { ready: false, why: `for a debugger to attach to 127.0.0.1:${awaited}`, waitsForDebugger: true }
        : { ready: false, why: `nothing listens on 127.0.0.1:${port}`, waitsForDebugger: false };
    }
    return this.#unhealthy.has(service)
      ? { ready: false, why: 'the service is unhealthy', waitsForDebugger: false }
      : { ready: true };
  }

  /** Port of the debugger without which the service's program does not begin. */
  #debuggerAwaitedBy(service: string): number | undefined {
    return this.#links.get(service)?.awaitedDebugger;
  }

  #joined(target: string): TargetLink {
    const link = this.#targets.get(target);
    if (link !== undefined) return link;
    throw new DevenvError({ code: 'internal', message: `${target} is not joined`, owner: 'devenv' });
  }
}
