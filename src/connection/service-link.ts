import { pause, unlessAborted } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { LiveLink } from '../model/observed.ts';
import type { AgentLink } from './agent-link.ts';
import { GatewayLink } from './gateway-link.ts';
import type { LinkSettings } from './operation.ts';
import { linkConfig } from './plan.ts';
import { keepRoute } from './route.ts';
import type { TargetLink } from './target-link.ts';

const AGAIN_MS = 1000;

/** What a service link works with. */
export interface ServiceLinkOptions {
  readonly engine: Engine;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
  /** Id of the gateway's container. */
  readonly gatewayId: string;
  readonly settings: LinkSettings;
  /** The targets of the settings, in their order. */
  readonly targets: readonly TargetLink[];
  readonly onListening: (port: number, listening: boolean) => void;
}

/** One service's way into its workloads' networks: its gateway, joined with every agent of its targets. */
export class ServiceLink {
  readonly #options: ServiceLinkOptions;
  readonly #ended = new AbortController();
  #unfollow: (() => void)[] = [];
  #outboundAgent: AgentLink | undefined;

  constructor(options: ServiceLinkOptions) {
    this.#options = options;
  }

  /** What it is, for planning. */
  describe(): LiveLink {
    const { settings, gatewayId } = this.#options;
    return { service: settings.service, gateway: gatewayId, config: linkConfig(settings) };
  }

  /** Port of the debugger that the service's program waits for; undefined = it waits for none. */
  get awaitedDebugger(): number | undefined {
    return this.#options.settings.awaitedDebugger;
  }

  /** Resolves when names and connections of the service go through the workload. */
  async open(signal: AbortSignal): Promise<void> {
    const gateway = await this.#connect(signal);
    try {
      await unlessAborted('the link', signal, this.#join(gateway));
    } catch (error) {
      gateway.close();
      throw error;
    }
    void this.#keep(gateway);
  }

  /** Ends it: the service's connections break, bridges to it rest. */
  close(): void {
    this.#ended.abort();
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
  }

  #watched(): readonly number[] {
    const { ports, awaitedDebugger } = this.#options.settings;
    return awaitedDebugger === undefined ? ports : [...ports, awaitedDebugger];
  }

  #connect(signal: AbortSignal): Promise<GatewayLink> {
    const { engine, gatewayId, identity, onListening } = this.#options;
    return GatewayLink.connect(engine, gatewayId, identity, onListening, signal);
  }

  /** Joins a gateway with all agents, those to come included. Resolves when outbound traffic flows. */
  async #join(gateway: GatewayLink): Promise<void> {
    const { settings, targets } = this.#options;
    await gateway.watch(this.#watched());
    const outbound = deferred();
    for (const [index, target] of targets.entries()) {
      const unfollow = target.follow({
        up: (agent) => {
          const { signal } = this.#ended;
          void keepRoute('inbound', settings.service, gateway, agent, signal, () => {});
          if (index === 0) void this.#offerOutbound(gateway, agent, outbound.resolve);
        },
        down: (agent) => {
          if (this.#outboundAgent !== agent) return;
          this.#outboundAgent = undefined;
          // The next replica takes over; with none, the agent that comes back does.
          const [next] = target.agents();
          if (next !== undefined) void this.#offerOutbound(gateway, next, () => {});
        },
        said: () => {},
        silenceChanged: () => {},
      });
      this.#unfollow.push(unfollow);
    }
    await Promise.race([outbound.promise, gateway.closed]);
  }

  async #offerOutbound(gateway: GatewayLink, agent: AgentLink, opened: () => void): Promise<void> {
    if (this.#outboundAgent !== undefined) return;
    this.#outboundAgent = agent;
    const { settings, report } = this.#options;
    try {
      await gateway.configure(agent.resolver, settings.names);
      await keepRoute('outbound', settings.service, gateway, agent, this.#ended.signal, opened);
    } catch (error) {
      report({ type: 'warning', message: `service ${settings.service}: ${messageOf(error)}` });
    }
  }

  /** The container outlives a lost connection, e.g. when a relay process died: connect again. */
  async #keep(first: GatewayLink): Promise<void> {
    const { signal } = this.#ended;
    let gateway = first;
    for (;;) {
      const end = () => gateway.close();
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      await gateway.closed;
      signal.removeEventListener('abort', end);
      if (signal.aborted) return;
      for (const port of this.#watched()) this.#options.onListening(port, false);
      for (const unfollow of this.#unfollow.splice(0)) unfollow();
      this.#outboundAgent = undefined;
      const back = await this.#connectAgain();
      if (back === undefined) return;
      gateway = back;
      await this.#join(gateway);
    }
  }

  async #connectAgain(): Promise<GatewayLink | undefined> {
    const { signal } = this.#ended;
    const { engine, gatewayId } = this.#options;
    while (!signal.aborted) {
      // A gateway that has ended is replaced by the next pass, and this link with it.
      const found = await engine.findContainer(gatewayId).catch(() => undefined);
      if (found?.state === 'running') {
        const link = await this.#connect(signal).catch(() => undefined);
        if (link !== undefined) return link;
      }
      await pause(AGAIN_MS, signal);
    }
    return undefined;
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
