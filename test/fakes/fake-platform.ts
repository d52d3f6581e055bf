import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { cancelled } from '../../src/common/errors.ts';
import type { CarriedFile } from '../../src/common/tar.ts';
import type { AgentKind } from '../../src/model/agent-kind.ts';
import type { ClosedWay } from '../../src/model/closed-way.ts';
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
import { brokenStream } from './duplex-pair.ts';
import { type FakeAgentProgram, FakeAgents } from './fake-agents.ts';
import { FakeWorkloads } from './fake-workloads.ts';
import { Faults } from './faults.ts';
import { refused } from './refusals.ts';

/**
 * A platform in memory: targets by their text, places that a restart replaces. As on Docker, an agent outlives its
 * place: it stays behind in a namespace that nobody uses any more, until `killAgent`.
 */
export class FakePlatform implements Platform {
  readonly kind = 'docker';
  readonly #workloads = new FakeWorkloads();
  readonly #agents = new FakeAgents(() => this.#program);
  readonly #environments = new Map<string, Readonly<Record<string, string>>>();
  readonly #files = new Map<string, readonly CarriedFile[]>();
  readonly #faults = new Faults<keyof Platform>();
  /** Names of places at which agents were to be placed so far. */
  readonly agentsWaitedFor = new Set<string>();
  #program: FakeAgentProgram | undefined;
  #breakingDials = 0;

  // What a test prepares, and does to the platform from outside.

  /** Adds a target that runs at places of these names; none = one place, named as the target. */
  addTarget(target: string, ...places: readonly string[]): void {
    this.#workloads.add(target, places.length === 0 ? [target.slice(target.lastIndexOf('/') + 1)] : places);
  }

  /** What an agent does at places that come from now on when no session uses it any more; by default it ends. */
  letAgents(whenIdle: Place['idleAgent']): void {
    this.#workloads.idleAgent = whenIdle;
  }

  /** Another name of a target: what happens to one happens to both. */
  addName(target: string, of: string): void {
    this.#workloads.addName(target, of);
  }

  /** Whether there is a target of that name, running or not. */
  has(target: string): boolean {
    return this.#workloads.has(target);
  }

  /** Where a target runs now; nowhere when there is none. */
  placesOf(target: string): readonly Place[] {
    return this.#workloads.placesOf(target);
  }

  /** Gives a target variables of its own. */
  setEnvironment(target: string, environment: Readonly<Record<string, string>>): void {
    this.#environments.set(target, environment);
  }

  /** What every directory of a target holds from now on. */
  setFiles(target: string, files: readonly CarriedFile[]): void {
    this.#files.set(target, files);
  }

  /** What that is now. */
  filesOf(target: string): readonly CarriedFile[] {
    return this.#files.get(target) ?? [];
  }

  /** The target is there and must not be touched, for this reason. */
  refuse(target: string, reason: string): void {
    if (!this.#workloads.has(target)) this.addTarget(target);
    this.#workloads.refuse(target, reason);
  }

  /** Somebody restarts a target: all its places are others. */
  restart(target: string): void {
    this.#workloads.restart(target);
  }

  /** A target runs at places of these names from now on; places whose name stays are the same. */
  scale(target: string, ...places: readonly string[]): void {
    this.#workloads.scale(target, places);
  }

  /** The same, with places that come whose networks are made only later: `started`. Who places an agent there waits for that. */
  scaleSlowly(target: string, ...places: readonly string[]): void {
    this.#workloads.scale(target, places, true);
  }

  /** Ends what `scaleSlowly` began. */
  started(target: string): void {
    this.#workloads.started(target);
  }

  /** The places of a target become ready, or cease to be. */
  setReady(target: string, isReady: boolean): void {
    this.#workloads.setReady(target, isReady);
  }

  /** Requests do not come to a target for this reason, whatever agents do; undefined = they come again. */
  closeWay(target: string, way: ClosedWay | undefined): void {
    this.#workloads.close(target, way);
  }

  /** A target goes away, with all its names. */
  removeTarget(target: string): void {
    this.#workloads.remove(target);
  }

  /** What agents are; without one, dialling is a mistake of the test. */
  agentProgram(program: FakeAgentProgram): void {
    this.#program = program;
  }

  /** The agents of a place end and their streams break. Nothing happens when there is none. */
  killAgent(placeId: string): void {
    this.#agents.end(placeId);
  }

  /** Nothing passes any more between the agents of a place and whoever has dialled them, or will. */
  stall(placeId: string): void {
    for (const valve of this.#agents.valvesAt(placeId)) valve.shut();
  }

  /** Ends what `stall` began; what was sent meanwhile arrives. */
  flow(placeId: string): void {
    for (const valve of this.#agents.valvesAt(placeId)) valve.open();
  }

  /** The streams to the agents of a place break at one of their ends; the other never hears of it. */
  breakStreams(placeId: string, end: 'caller' | 'agent'): void {
    this.#agents.breakAt(placeId, end);
  }

  /** The next stream that is dialled breaks before its first byte. */
  breakNextDial(): void {
    this.#breakingDials += 1;
  }

  /** Calls take as long as this does, one by one. */
  slowDown(latency: () => Promise<void>): void {
    this.#faults.latency = latency;
  }

  /** The next call of a method fails. */
  failNext(method: keyof Platform, error: Error): void {
    this.#faults.failNext(method, error);
  }

  /** Nothing that was planned fails or breaks any more. */
  forgetFaults(): void {
    this.#faults.forget();
    this.#breakingDials = 0;
  }

  /** Watches end as a broken connection ends them; the platform answers on. */
  endWatches(): void {
    this.#workloads.endWatches();
  }

  /** The platform stops answering. Agents run on, watches end. */
  goAway(): void {
    this.#faults.reachable = false;
    this.#workloads.endWatches();
  }

  /** Ends what `goAway` began. */
  comeBack(): void {
    this.#faults.reachable = true;
  }

  // What the code under test sees.

  async describe(signal?: AbortSignal): Promise<PlatformInfo> {
    await this.#faults.enter('describe');
    if (signal?.aborted) throw cancelled('answer');
    return { title: 'Fake platform on fake://test', names: ['fake'], identity: 'fake://test', isLocal: true };
  }

  async resolveTarget(reference: TargetRef): Promise<Target> {
    await this.#faults.enter('resolveTarget');
    return this.#workloads.resolve(reference);
  }

  async readEnvironment(reference: TargetRef): Promise<Readonly<Record<string, string>>> {
    await this.#faults.enter('readEnvironment');
    this.#workloads.present(targetText(reference));
    return this.#environments.get(targetText(reference)) ?? {};
  }

  async portNumber(reference: TargetRef, name: string): Promise<number> {
    await this.#faults.enter('portNumber');
    this.#workloads.present(targetText(reference));
    throw refused('target-not-found', `${targetText(reference)} has no port named ${name}`);
  }

  async preflight(): Promise<Preflight> {
    await this.#faults.enter('preflight');
    return { problems: [], warnings: [] };
  }

  async permissionManifest(): Promise<undefined> {
    await this.#faults.enter('permissionManifest');
    return undefined;
  }

  async readFiles(reference: TargetRef): Promise<readonly CarriedFile[]> {
    await this.#faults.enter('readFiles');
    this.#workloads.resolve(reference);
    return this.filesOf(targetText(reference));
  }

  close(): void {}

  async findAgent(place: Place, kind: AgentKind): Promise<PlacedAgent | undefined> {
    await this.#faults.enter('findAgent');
    return this.#agents.at(place.id, kind);
  }

  async placeAgent(place: Place, spec: AgentSpec, signal?: AbortSignal): Promise<PlacedAgent> {
    await this.#faults.enter('placeAgent');
    if (signal?.aborted) throw cancelled('agent ready');
    const present = this.#agents.at(place.id, spec.kind);
    if (present !== undefined) return present;
    this.agentsWaitedFor.add(place.name);
    if (!this.#workloads.areAt(place.id)) {
      throw refused('agent-failed', `there is no place ${place.id} (${place.name}) to put an agent at`);
    }
    await this.#workloads.networkAt(place.id);
    // Somebody else may have waited for the network as well.
    return this.#agents.at(place.id, spec.kind) ?? this.#agents.start(place, spec);
  }

  async dialAgent(agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex> {
    await this.#faults.enter('dialAgent');
    // Whoever dials waits for the outside world.
    await turn();
    if (signal?.aborted) throw cancelled(`dialling the agent at ${agent.placeId}`);
    const stream = this.#agents.dial(agent);
    if (this.#breakingDials === 0) return stream;
    this.#breakingDials -= 1;
    stream.destroy();
    return brokenStream();
  }

  async listAgents(): Promise<readonly PlacedAgent[]> {
    await this.#faults.enter('listAgents');
    return this.#agents.all();
  }

  watchTarget(target: Target, signal: AbortSignal): AsyncIterable<void> {
    const changes = this.#workloads.changesOf(targetText(target.reference), signal);
    const faults = this.#faults;
    return (async function* () {
      await faults.enter('watchTarget');
      yield* changes;
    })();
  }
}
