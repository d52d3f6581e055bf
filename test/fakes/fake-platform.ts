import type { Duplex } from 'node:stream';
import { cancelled, DevenvError } from '../../src/common/errors.ts';
import { didYouMean, nearest } from '../../src/common/nearest.ts';
import type { CarriedFile } from '../../src/common/tar.ts';
import { type TargetRef, targetText } from '../../src/model/workspace.ts';
import type {
  AgentSpec,
  Place,
  PlacedAgent,
  Platform,
  PlatformInfo,
  Preflight,
  Target,
} from '../../src/platform/index.ts';
import { duplexPair } from './duplex-pair.ts';
import { Faults } from './faults.ts';
import { Feed } from './feed.ts';
import { refused } from './refusals.ts';

/** Answers callers of an agent, in this process: gets the agent's end of each stream that is dialled. */
export type FakeAgentHandler = (stream: Duplex, agent: PlacedAgent) => void;

/**
 * A platform in memory: targets by their text, places that a restart replaces. As on Docker, an agent outlives its
 * place: it stays behind in a namespace that nobody uses any more, until `killAgent`.
 */
export class FakePlatform implements Platform {
  readonly kind = 'docker';
  readonly #workloads = new Map<string, Workload>();
  readonly #environments = new Map<string, Readonly<Record<string, string>>>();
  /** By target; also of those that are not there, because they can be watched on. */
  readonly #changes = new Map<string, Feed<void>>();
  readonly #agents = new Map<string, RunningAgent>();
  readonly #faults = new Faults<keyof Platform>();
  #handler: FakeAgentHandler | undefined;
  #made = 0;

  // What a test prepares, and does to the platform from outside.

  /** Adds a target that runs at places of these names; none = one place, named as the target. */
  addTarget(target: string, ...places: readonly string[]): void {
    const names = places.length === 0 ? [target.slice(target.lastIndexOf('/') + 1)] : places;
    this.#workloads.set(target, { places: names.map((name) => this.#newPlace(name)), refusal: undefined });
    this.#changesOf(target).publish();
  }

  /** Gives a target variables of its own. */
  setEnvironment(target: string, environment: Readonly<Record<string, string>>): void {
    this.#environments.set(target, environment);
  }

  /** The target is there and must not be touched, for this reason. */
  refuse(target: string, reason: string): void {
    if (!this.#workloads.has(target)) this.addTarget(target);
    this.#present(target).refusal = reason;
  }

  /** Somebody restarts a target: all its places are others. */
  restart(target: string): void {
    const workload = this.#present(target);
    workload.places = workload.places.map(({ name }) => this.#newPlace(name));
    this.#changesOf(target).publish();
  }

  /** A target runs at places of these names from now on; places whose name stays are the same. */
  scale(target: string, ...places: readonly string[]): void {
    const workload = this.#present(target);
    const before = workload.places;
    const kept = (name: string) => before.find((place) => place.name === name);
    workload.places = places.map((name) => kept(name) ?? this.#newPlace(name));
    this.#changesOf(target).publish();
  }

  /** A target goes away. */
  removeTarget(target: string): void {
    this.#present(target);
    this.#workloads.delete(target);
    this.#changesOf(target).publish();
  }

  /** Who answers callers of agents; without one, dialling is a mistake of the test. */
  agentHandler(handler: FakeAgentHandler): void {
    this.#handler = handler;
  }

  /** The agent of a place ends and its streams break. Nothing happens when there is none. */
  killAgent(placeId: string): void {
    const running = this.#agents.get(placeId);
    this.#agents.delete(placeId);
    for (const stream of running?.streams ?? []) stream.destroy();
  }

  /** The next call of a method fails. */
  failNext(method: keyof Platform, error: Error): void {
    this.#faults.failNext(method, error);
  }

  /** The platform stops answering. Agents run on, watches end. */
  goAway(): void {
    this.#faults.reachable = false;
    for (const changes of this.#changes.values()) changes.end();
  }

  /** Ends what `goAway` began. */
  comeBack(): void {
    this.#faults.reachable = true;
  }

  // What the code under test sees.

  async describe(signal?: AbortSignal): Promise<PlatformInfo> {
    await this.#faults.enter('describe');
    if (signal?.aborted) throw cancelled('answer');
    return { title: 'Fake platform on fake://test', names: ['fake'], isLocal: true };
  }

  async resolveTarget(reference: TargetRef): Promise<Target> {
    await this.#faults.enter('resolveTarget');
    const text = targetText(reference);
    const workload = this.#workloads.get(text);
    if (workload === undefined) throw notFound(text, [...this.#workloads.keys()]);
    if (workload.refusal !== undefined) {
      throw refused('target-unsupported', `the target ${text} cannot be bridged: ${workload.refusal}`);
    }
    if (workload.places.length === 0) throw refused('target-unsupported', `the target ${text} does not run`);
    return { reference, places: [...workload.places].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }

  async readEnvironment(reference: TargetRef): Promise<Readonly<Record<string, string>>> {
    await this.#faults.enter('readEnvironment');
    this.#present(targetText(reference));
    return this.#environments.get(targetText(reference)) ?? {};
  }

  async portNumber(reference: TargetRef, name: string): Promise<number> {
    await this.#faults.enter('portNumber');
    this.#present(targetText(reference));
    throw refused('target-not-found', `${targetText(reference)} has no port named ${name}`);
  }

  async preflight(): Promise<Preflight> {
    await this.#faults.enter('preflight');
    return { problems: [], warnings: [] };
  }

  async readFiles(reference: TargetRef): Promise<readonly CarriedFile[]> {
    await this.#faults.enter('readFiles');
    this.#present(targetText(reference));
    return [];
  }

  close(): void {}

  async findAgent(place: Place): Promise<PlacedAgent | undefined> {
    await this.#faults.enter('findAgent');
    return this.#agents.get(place.id)?.agent;
  }

  async placeAgent(place: Place, spec: AgentSpec, signal?: AbortSignal): Promise<PlacedAgent> {
    await this.#faults.enter('placeAgent');
    if (signal?.aborted) throw cancelled('agent ready');
    const present = this.#agents.get(place.id);
    if (present !== undefined) return present.agent;
    const exists = [...this.#workloads.values()].some(({ places }) =>
      places.some(({ id }) => id === place.id),
    );
    if (!exists) {
      throw refused('agent-failed', `there is no place ${place.id} (${place.name}) to put an agent at`);
    }
    const agent = { placeId: place.id, handle: `agent-${++this.#made}`, secret: spec.secret };
    this.#agents.set(place.id, { agent, streams: new Set() });
    return agent;
  }

  async dialAgent(agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex> {
    await this.#faults.enter('dialAgent');
    if (signal?.aborted) throw cancelled(`dialling the agent at ${agent.placeId}`);
    const running = this.#agents.get(agent.placeId);
    if (running?.agent.handle !== agent.handle) {
      throw refused('agent-failed', `the agent at ${agent.placeId} cannot be reached: it is gone`);
    }
    if (this.#handler === undefined)
      throw new Error('FakePlatform: the test set no agentHandler to be dialled');
    const [caller, callee] = duplexPair();
    running.streams.add(callee);
    callee.on('close', () => running.streams.delete(callee));
    // A caller that goes away is no news to the agent beyond the end of the stream.
    callee.on('error', () => {});
    this.#handler(callee, agent);
    return caller;
  }

  async listAgents(): Promise<readonly PlacedAgent[]> {
    await this.#faults.enter('listAgents');
    return [...this.#agents.values()].map(({ agent }) => agent);
  }

  watchTarget(target: Target, signal: AbortSignal): AsyncIterable<void> {
    const changes = this.#changesOf(targetText(target.reference)).subscribe(signal);
    const faults = this.#faults;
    return (async function* () {
      await faults.enter('watchTarget');
      yield* changes;
    })();
  }

  #changesOf(target: string): Feed<void> {
    const known = this.#changes.get(target) ?? new Feed<void>();
    this.#changes.set(target, known);
    return known;
  }

  #present(target: string): Workload {
    const workload = this.#workloads.get(target);
    if (workload === undefined) throw new Error(`FakePlatform: there is no target ${target}`);
    return workload;
  }

  #newPlace(name: string): Place {
    return {
      id: `${name}-${++this.#made}`,
      name,
      handle: `handle-of-${name}`,
      idleAgent: 'ends',
      probeUserAgents: noProbes,
    };
  }
}

function noProbes(): readonly string[] {
  return [];
}

interface Workload {
  places: readonly Place[];
  /** Why it must not be touched; undefined = it may. */
  refusal: string | undefined;
}

interface RunningAgent {
  readonly agent: PlacedAgent;
  /** The agent's ends of open streams. */
  readonly streams: Set<Duplex>;
}

function notFound(text: string, others: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'target-not-found',
    message: `the target ${text} was not found`,
    hint: didYouMean(...nearest(text, others)) ?? `targets here: ${[...others].sort().join(', ')}`,
    owner: 'user',
  });
}
