import type { Duplex } from 'node:stream';
import type { AgentKind } from '../../src/model/agent-kind.ts';
import type { AgentSpec, Place, PlacedAgent } from '../../src/platform/index.ts';
import { duplexPair } from './duplex-pair.ts';
import { refused } from './refusals.ts';
import { Valve } from './valve.ts';

/** What an agent does, in this process. Called when it is placed; it runs until it calls `exit` or is killed. */
export type FakeAgentProgram = (agent: FakeAgentProcess) => void;

/** What an agent is told and may do. */
export interface FakeAgentProcess {
  readonly agent: PlacedAgent;
  readonly kind: AgentKind;
  /** Where it is. */
  readonly place: Place;
  /** Aborts when it ends, for whatever reason. */
  readonly ended: AbortSignal;
  /** Each `dialAgent` gives it one end of a stream. */
  listen(onConnection: (stream: Duplex) => void): void;
  exit(): void;
}

/** Agents of a fake platform: one of each kind per place. */
export class FakeAgents {
  readonly #running = new Map<string, RunningAgent>();
  readonly #program: () => FakeAgentProgram | undefined;
  #made = 0;

  constructor(program: () => FakeAgentProgram | undefined) {
    this.#program = program;
  }

  all(): readonly PlacedAgent[] {
    return [...this.#running.values()].map(({ agent }) => agent);
  }

  at(placeId: string, kind: AgentKind): PlacedAgent | undefined {
    return this.#running.get(`${kind} ${placeId}`)?.agent;
  }

  /** What lies between the agents of a place and their callers. */
  valvesAt(placeId: string): readonly Valve[] {
    return this.#allAt(placeId).map(({ valve }) => valve);
  }

  /** Breaks the streams of a place's agents at one of their ends; the other never hears of it. */
  breakAt(placeId: string, end: 'caller' | 'agent'): void {
    for (const running of this.#allAt(placeId)) {
      // Its end must not get through.
      running.valve.shut();
      running.valve = new Valve();
      for (const [callee, caller] of running.streams) (end === 'agent' ? callee : caller).destroy();
    }
  }

  start(place: Place, { kind, secret }: Pick<AgentSpec, 'kind' | 'secret'>): PlacedAgent {
    const agent = { placeId: place.id, handle: `agent-${++this.#made}`, secret, port: undefined };
    const running: RunningAgent = {
      kind,
      agent,
      ended: new AbortController(),
      streams: new Map(),
      valve: new Valve(),
      onConnection: undefined,
    };
    this.#running.set(`${kind} ${place.id}`, running);
    this.#program()?.({
      agent,
      kind,
      place,
      ended: running.ended.signal,
      listen: (onConnection) => {
        running.onConnection = onConnection;
      },
      exit: () => {
        if (!running.ended.signal.aborted) this.#end(running);
      },
    });
    return agent;
  }

  /** The agents of a place end and their streams break. Nothing happens when there is none. */
  end(placeId: string): void {
    for (const running of this.#allAt(placeId)) this.#end(running);
  }

  #end(running: RunningAgent): void {
    this.#running.delete(`${running.kind} ${running.agent.placeId}`);
    running.ended.abort();
    for (const stream of running.streams.keys()) stream.destroy();
  }

  #allAt(placeId: string): readonly RunningAgent[] {
    return [...this.#running.values()].filter(({ agent }) => agent.placeId === placeId);
  }

  /** Errors: `agent-failed` when that agent is gone. */
  dial({ placeId, handle }: PlacedAgent): Duplex {
    const running = this.#allAt(placeId).find(({ agent }) => agent.handle === handle);
    if (running === undefined) {
      throw refused('agent-failed', `the agent at ${placeId} cannot be reached: it is gone`);
    }
    if (running.onConnection === undefined)
      throw new Error('FakePlatform: the test set no agentProgram that listens');
    const [caller, callee] = duplexPair(running.valve);
    running.streams.set(callee, caller);
    callee.on('close', () => running.streams.delete(callee));
    // A caller that goes away is no news to the agent beyond the end of the stream.
    callee.on('error', () => {});
    running.onConnection(callee);
    return caller;
  }
}

interface RunningAgent {
  readonly kind: AgentKind;
  readonly agent: PlacedAgent;
  readonly ended: AbortController;
  /** The agent's ends of open streams, with the callers'. */
  readonly streams: Map<Duplex, Duplex>;
  valve: Valve;
  onConnection: ((stream: Duplex) => void) | undefined;
}
