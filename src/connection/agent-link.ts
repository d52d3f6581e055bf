import type { Duplex } from 'node:stream';
import { unlessAborted } from '../common/deadline.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { TargetSide } from '../model/target-side.ts';
import type { Place, PlacedAgent, Platform } from '../platform/index.ts';
import {
  type AgentEvent,
  type AgentRequest,
  type DuplexRole,
  decodeAgentEvent,
  type ResolverSettings,
} from '../protocol/index.ts';
import { ControlClient, type Introduction, introduce, type Unnumbered } from '../wire/index.ts';
import { greetingOf } from './greeting-of.ts';

/** What somebody hears of the agents of a target. */
export interface AgentsListener {
  up(agent: AgentLink): void;
  down(agent: AgentLink): void;
  said(agent: AgentLink, event: AgentEvent): void;
  /** `AgentLink.isSilent` has changed. */
  silenceChanged(agent: AgentLink): void;
  /** Something is known of the target that was not before. */
  targetChanged(side: TargetSide): void;
}

/** A duplex to an agent that has proved itself: its welcome comes before anything else. */
export interface DialledAgent extends Introduction {
  readonly duplex: Duplex;
}

/** A connection to one agent, for as long as its control duplex lives. */
export class AgentLink {
  /** How people call the place the agent serves. */
  readonly place: string;
  readonly placeId: string;
  /** See `Place.probeUserAgents`. */
  readonly probeUserAgents: Place['probeUserAgents'];
  /** How names are looked up beside the workload: it is told a moment after the agent is there. Never rejects, and is pending where it is gone. */
  readonly resolver: Promise<ResolverSettings>;
  /** Resolves when the connection is lost or closed. */
  readonly closed: Promise<void>;
  readonly #control: ControlClient<AgentRequest, AgentEvent>;
  readonly #dial: (role: DuplexRole, tunnel: string, signal?: AbortSignal) => Promise<DialledAgent>;
  /** Aborted while the agent is silent; another one when it is heard again. */
  #silence = new AbortController();
  /** What it was asked to give back, and has not yet. */
  readonly #givingBack = new Set<Promise<unknown>>();

  private constructor(
    place: Place,
    resolver: Promise<ResolverSettings>,
    control: ControlClient<AgentRequest, AgentEvent>,
    dial: AgentLink['dial'],
  ) {
    this.place = place.name;
    this.placeId = place.id;
    this.probeUserAgents = place.probeUserAgents;
    this.resolver = resolver;
    this.closed = control.closed;
    this.#control = control;
    this.#dial = dial;
  }

  /** Connects to an agent, of which `hears` is told. Errors: `agent-failed`, `protocol-mismatch`. */
  static async connect(
    platform: Platform,
    place: Place,
    agent: PlacedAgent,
    identity: SessionIdentity,
    hears: Pick<AgentsListener, 'said' | 'silenceChanged'>,
  ): Promise<AgentLink> {
    const open = async (role: DuplexRole, tunnel: string, within?: AbortSignal) => {
      const duplex = await platform.dialAgent(agent, within);
      const { welcome } = await introduce(duplex, greetingOf(identity, agent, role, tunnel), within);
      return { duplex, welcome };
    };
    const { duplex, welcome } = await open('control', '');
    const control = new ControlClient<AgentRequest, AgentEvent>(
      duplex,
      decodeAgentEvent,
      (event) => hears.said(link, event),
      (silent) => {
        if (silent) link.#silence.abort();
        else link.#silence = new AbortController();
        hears.silenceChanged(link);
      },
      welcome,
    );
    const link = new AgentLink(
      place,
      welcome.then(
        ({ resolver }) => resolver ?? { search: [], options: [] },
        () => new Promise(() => {}),
      ),
      control,
      open,
    );
    return link;
  }

  /** It is connected, but was not heard for so long that whatever was claimed with it has surely ended. */
  get isSilent(): boolean {
    return this.#silence.signal.aborted;
  }

  /** A further duplex to the agent, introduced for a role. */
  dial(role: DuplexRole, tunnel: string, signal?: AbortSignal): Promise<DialledAgent> {
    return this.#dial(role, tunnel, signal);
  }

  /** Asks something of the agent. Errors: `agent-failed` when the connection breaks first. */
  request(request: Unnumbered<AgentRequest>): Promise<AgentEvent> {
    return this.#control.request(request);
  }

  /**
   * Asks the agent to give something back. Resolves to undefined without an answer when it is silent, or falls silent
   * meanwhile, and when the connection breaks: then it has given back everything by itself.
   */
  async giveBack(request: Unnumbered<Extract<AgentRequest, { type: 'rest' | 'release' | 'retire' }>>) {
    if (this.isSilent) return undefined;
    const asked = unlessAborted('the answer', this.#silence.signal, this.request(request));
    const answer = asked.catch(() => undefined);
    this.#givingBack.add(answer);
    void answer.then(() => this.#givingBack.delete(answer));
    return await answer;
  }

  /** Ends the connection when what was asked to be given back is: until then requests in flight go on through it. */
  async closeWhenGivenBack(): Promise<void> {
    await Promise.all(this.#givingBack);
    this.close();
  }

  /** Ends the connection: the agent gives back at once whatever was claimed on it. */
  close(): void {
    this.#control.close();
  }

  /**
   * Says goodbye and ends the connection. Resolves to true when the agent ends, because it serves nobody else; to
   * false also when it does not answer.
   */
  async retire(): Promise<boolean> {
    const answer = await this.giveBack({ type: 'retire' });
    this.close();
    return answer?.type === 'ending';
  }
}
