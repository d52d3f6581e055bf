import { withDeadline } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { Reporter } from '../model/event.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import type { LiveLink, LiveTarget } from '../model/observed.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import type { Runner } from '../runner/index.ts';
import type { AgentsListener } from './agent-link.ts';
import { Neighbourhood } from './neighbourhood.ts';
import type { LinkSettings } from './operation.ts';
import { Places } from './places.ts';
import { ServiceLink } from './service-link.ts';
import { ServiceSides, type SideListener } from './service-sides.ts';
import { TargetLink } from './target-link.ts';

/** How long a gateway may take to count connections. */
const COUNT = { name: 'the answer of a gateway', ms: 2000 };

/** What the connections of a session work with. */
export interface ConnectionsOptions {
  readonly runner: Runner;
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  /** Image reference of agents and gateways. */
  readonly agentImage: string;
  readonly report: Reporter;
}

/** Everything that is connected while a session lives. The only owner of live connections. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #places: Places;
  readonly #sides = new ServiceSides();
  readonly #neighbourhood = new Neighbourhood();
  readonly #targets = new Map<string, TargetLink>();
  readonly #links = new Map<string, ServiceLink>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#places = new Places(options);
  }

  /** Targets that are joined, for planning. */
  targets(): readonly LiveTarget[] {
    return [...this.#targets].map(([target, { agentKind }]) => ({ target, agents: agentKind }));
  }

  /** Links that are open, for planning. */
  links(): readonly LiveLink[] {
    return [...this.#links.values()].map((link) => link.describe());
  }

  /**
   * Connects to the agents of a target, of one kind; one that is joined by plain agents can be joined by such that take
   * ports over. Errors: those of `TargetLink.open`; then it is not joined, or as before.
   */
  async joinTarget(reference: TargetRef, agentKind: AgentKind, signal: AbortSignal): Promise<void> {
    const { platform, report } = this.#options;
    const joined = this.#targets.get(targetText(reference));
    if (joined !== undefined) return joined.becomeNet(signal);
    const link = new TargetLink(reference, { platform, places: this.#places, report, agentKind });
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

  /** Joins a service's gateway with the agents of its targets. Errors: those of `ServiceLink.open`; then it is not open. */
  async openLink(settings: LinkSettings, signal: AbortSignal): Promise<void> {
    const { service } = settings;
    const { runner, identity, report } = this.#options;
    const gateway = await runner.findUnit(containerName(identity.project, service, 'gateway'));
    if (gateway === undefined) {
      throw new DevenvError({
        code: 'container-failed',
        message: `service ${service}: its connection is gone`,
        owner: 'environment',
      });
    }
    const link = new ServiceLink({
      runner,
      identity,
      report,
      gatewayId: gateway.id,
      settings,
      targets: settings.targets.map((target) => this.#joined(target)),
      sides: this.#sides,
      neighbourhood: this.#neighbourhood,
    });
    this.#links.set(service, link);
    try {
      await link.open(signal);
    } catch (error) {
      await this.closeLink(service);
      throw error;
    }
  }

  /** Nothing happens when it is not open. */
  async closeLink(service: string): Promise<void> {
    const link = this.#links.get(service);
    this.#links.delete(service);
    await link?.close();
  }

  /** Follows the agents of a joined target; what bridges need. */
  followAgents(target: string, listener: AgentsListener): () => void {
    return this.#joined(target).follow(listener);
  }

  /** Follows a service's side of a port that one of its links watches; what bridges need. */
  followSide(service: string, port: number, listener: SideListener): () => void {
    return this.#sides.follow(service, port, listener);
  }

  /** How many connections to a port of a service there are now; undefined when that cannot be found out in time. */
  async connectionsTo(service: string, port: number): Promise<number | undefined> {
    const count = async () => this.#links.get(service)?.connectionsTo(port);
    return withDeadline(COUNT, undefined, count).catch(() => undefined);
  }

  /** The health test of a service came to another verdict; one without a test is healthy. */
  healthChanged(service: string, healthy: boolean): void {
    this.#sides.healthChanged(service, healthy);
  }

  /** The program of a service has ended, in such words; undefined when it runs. */
  programChanged(service: string, ended: string | undefined): void {
    this.#sides.programChanged(service, ended);
  }

  /** Somebody has stopped a service, or wants it to run again. */
  stoppedChanged(service: string, isStopped: boolean): void {
    this.#sides.stoppedChanged(service, isStopped);
  }

  #joined(target: string): TargetLink {
    const link = this.#targets.get(target);
    if (link !== undefined) return link;
    throw new DevenvError({ code: 'internal', message: `${target} is not joined`, owner: 'devenv' });
  }
}
