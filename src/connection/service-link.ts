import { onAbort, pause, unlessAborted } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import { keptStanding, supervised } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { LiveLink } from '../model/observed.ts';
import type { GatewayEvent } from '../protocol/index.ts';
import type { Runner } from '../runner/index.ts';
import type { AgentLink } from './agent-link.ts';
import { GatewayLink } from './gateway-link.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { LinkSettings } from './operation.ts';
import { linkConfig } from './plan.ts';
import { programFault } from './program-fault.ts';
import { carry, keepInbound } from './route.ts';
import type { ServiceSides } from './service-sides.ts';
import type { TargetLink } from './target-link.ts';

/** Failures in a row after which people are told that it goes on. */
const STILL_TRYING = 4;

/**
 * How long what needs a link waits for the way into a workload that runs, milliseconds. Its agent may be away for a night:
 * then the service runs without that way until it is there.
 */
const WAY_MS = 20_000;

/** What a service link works with. */
export interface ServiceLinkOptions {
  readonly runner: Runner;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
  /** Id of the gateway's container. */
  readonly gatewayId: string;
  readonly settings: LinkSettings;
  /** The targets of the settings, in their order. */
  readonly targets: readonly TargetLink[];
  readonly sides: ServiceSides;
  readonly neighbourhood: Neighbourhood;
}

/**
 * One service's way into its workloads' networks: its gateway, joined with every agent of its targets. Connected again
 * when the gateway was started anew, or only the connection to it broke.
 */
export class ServiceLink {
  readonly #options: ServiceLinkOptions;
  readonly #ended = new AbortController();
  /** The gateway while it is joined with the agents. */
  #gateway: GatewayLink | undefined;
  /** Counts changes of what is known of the gateway: what was found out before one says nothing after it. */
  #changes = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ServiceLinkOptions) {
    this.#options = options;
  }

  /** What it is, for planning. */
  describe(): LiveLink {
    const { settings, gatewayId } = this.#options;
    const state = this.#gateway === undefined ? 'lost' : 'up';
    return { service: settings.service, gateway: gatewayId, config: linkConfig(settings), state };
  }

  /**
   * Resolves when names and connections of the service go through the workload; also when they cannot, for it runs nowhere
   * or its agent does not come: then they do as soon as they can. Errors: the first attempt's, `cancelled`.
   */
  async open(signal: AbortSignal): Promise<void> {
    const tell = (state: 'up' | 'lost', reason: string) =>
      this.#options.report({
        type: 'state',
        resource: `gateway/${this.#options.settings.service}`,
        state,
        reason,
      });
    const { opened, ended } = keptStanding(
      {
        live: (stands, life) => this.#live(stands, life),
        onLost: (why, failures) => {
          void this.#findTrouble(undefined);
          if (failures === 1) tell('lost', 'it is gone; connecting again');
          else if (failures === STILL_TRYING && why !== undefined)
            tell('lost', `${messageOf(why)}; still trying`);
        },
        onBack: () => tell('up', 'it is back'),
      },
      this.#ended.signal,
    );
    this.#running = ended;
    await unlessAborted('the link', signal, opened);
  }

  /** How many connections to a port of the service there are now. Errors: why that is not known. */
  async connectionsTo(port: number): Promise<number> {
    if (this.#gateway !== undefined) return this.#gateway.connectionsTo(port);
    throw new DevenvError({ code: 'container-failed', message: 'the gateway is away', owner: 'environment' });
  }

  /** Ends it: the service's connections break, bridges to it rest. Resolves when that is so. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    this.#noTrouble();
  }

  async #live(stands: () => void, signal: AbortSignal): Promise<void> {
    const { runner, gatewayId, identity, settings, sides } = this.#options;
    const { service } = settings;
    const gateway = await GatewayLink.connect(
      runner,
      gatewayId,
      identity,
      {
        said: (event) => this.#heard(event),
        silenceChanged: (silent) => {
          if (silent) void this.#findTrouble('silent');
          else this.#noTrouble();
        },
      },
      signal,
    );
    onAbort(signal, () => gateway.close());
    try {
      this.#noTrouble();
      await this.#join(gateway, signal);
      this.#gateway = gateway;
      stands();
      await gateway.closed;
    } finally {
      this.#gateway = undefined;
      gateway.close();
      sides.gatewayDown(service);
    }
  }

  /** Says why the gateway carries nothing: as its container is, or else as `otherwise` says. */
  async #findTrouble(otherwise: 'silent' | undefined): Promise<void> {
    const { runner, gatewayId, settings, sides } = this.#options;
    this.#changes += 1;
    const before = this.#changes;
    if (otherwise !== undefined) sides.gatewayTroubled(settings.service, otherwise);
    const state = await runner.findUnit(gatewayId).then(
      (found) => found?.state ?? 'removing',
      // An engine that does not answer says nothing of the container.
      () => undefined,
    );
    const trouble =
      state === 'paused'
        ? 'paused'
        : state === undefined || state === 'running' || state === 'created'
          ? otherwise
          : 'ended';
    // Meanwhile it may be connected again, or heard.
    if (trouble === undefined || before !== this.#changes) return;
    sides.gatewayTroubled(settings.service, trouble);
  }

  #noTrouble(): void {
    this.#changes += 1;
    this.#options.sides.gatewayTroubled(this.#options.settings.service, undefined);
  }

  #heard(event: GatewayEvent): void {
    const { settings, sides, report } = this.#options;
    const { service } = settings;
    if (event.type === 'listening') sides.listeningChanged(service, event.port, event.listening);
    if (event.type === 'fault') report(programFault(`gateway of service ${service}`, event.message));
  }

  /** Joins a gateway with all agents, those to come included. Resolves when outbound traffic flows, or cannot for now. */
  async #join(gateway: GatewayLink, signal: AbortSignal): Promise<void> {
    const { settings, targets, sides, neighbourhood } = this.#options;
    const { ports, awaitedDebugger, service } = settings;
    await gateway.watch(awaitedDebugger === undefined ? ports : [...ports, awaitedDebugger]);
    // Only now it is known on which of them something listens.
    sides.gatewayUp(service, awaitedDebugger);
    await gateway.setNeighbours(
      settings.neighbours.flatMap(({ address, names }) => names.map((name) => ({ name, address }))),
    );
    void neighbourhood.serve(service, gateway, settings.neighbours, signal);
    neighbourhood.enter(service, gateway, signal);
    const [first] = targets;
    // Without a workload there is nothing else to reach.
    if (first === undefined) return;
    const joined = new Set<AgentLink>();
    for (const target of targets) {
      const unfollow = target.follow({
        up: (agent) => {
          // Another target of this service may run at the same place.
          if (joined.has(agent)) return;
          joined.add(agent);
          const route = keepInbound({ tunnel: service, gateway, agent }, signal);
          void route.then(() => joined.delete(agent));
        },
        down: () => {},
        said: () => {},
        silenceChanged: () => {},
        targetChanged: () => {},
      });
      onAbort(signal, unfollow);
    }
    const flows = deferred();
    void this.#keepOutbound(gateway, flows.resolve, flows.reject, signal);
    const waits = new AbortController();
    const enough = first.isAnywhere ? pause(WAY_MS, waits.signal) : Promise.resolve();
    try {
      await Promise.race([flows.promise, gateway.closed, enough]);
    } finally {
      waits.abort();
    }
  }

  /** Names and outbound connections go through one agent of the first target; when it is lost, through the next. */
  async #keepOutbound(
    gateway: GatewayLink,
    flows: () => void,
    failed: (why: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { settings, targets, report } = this.#options;
    const { service: tunnel, names } = settings;
    await supervised(
      {
        live: async (stands, life) => {
          const [target] = targets;
          const agent = target === undefined ? undefined : await anAgentOf(target, life);
          if (agent === undefined) return;
          const named = agent.resolver.then((resolver) => gateway.configure(resolver, names));
          named.catch(failed);
          const opened = () => {
            named.then(stands).then(flows, () => {});
          };
          const carried = carry('outbound', { tunnel, gateway, agent }, opened, life);
          // Where there are no names there is no way, either.
          await Promise.race([carried, named.then(() => carried)]);
        },
        onLost: (why, failures) => {
          if (why === undefined || failures !== STILL_TRYING) return;
          const message = `service ${tunnel}: its connections cannot reach the workload: ${messageOf(why)}; still trying`;
          report({ type: 'warning', message });
        },
      },
      signal,
    );
  }
}

/** The first agent of a target, as soon as there is one; undefined when `signal` aborts before. */
async function anAgentOf(target: TargetLink, signal: AbortSignal): Promise<AgentLink | undefined> {
  const found = deferred<AgentLink | undefined>();
  const unfollow = target.follow({
    up: found.resolve,
    down: () => {},
    said: () => {},
    silenceChanged: () => {},
    targetChanged: () => {},
  });
  const stay = onAbort(signal, () => found.resolve(undefined));
  const agent = await found.promise;
  stay();
  unfollow();
  return agent;
}
