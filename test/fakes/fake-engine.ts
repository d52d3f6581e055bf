import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { cancelled } from '../../src/common/errors.ts';
import type {
  ContainerSpec,
  Engine,
  EngineInfo,
  ImageBuild,
  ImageInfo,
  NetworkInfo,
  NetworkSpec,
  VolumeKeeping,
} from '../../src/engine/index.ts';
import type { PlacedFile } from '../../src/model/container-settings.ts';
import type { Build, PublishedPort } from '../../src/model/workspace.ts';
import type {
  ExecSpec,
  ExecStreams,
  LogLine,
  LogOptions,
  RunStreams,
  UnitEvent,
  UnitInfo,
  UnitSummary,
} from '../../src/runner/index.ts';
import { brokenStream } from './duplex-pair.ts';
import type { FakeContainer } from './fake-container.ts';
import { FakeContainers } from './fake-containers.ts';
import { type FakeImage, FakeImages } from './fake-images.ts';
import { FakeNetworks, hasLabels } from './fake-networks.ts';
import type { FakeProgram } from './fake-program.ts';
import { Faults } from './faults.ts';
import { engineFailed, refused } from './refusals.ts';
import { hasEntry } from './tar-entry.ts';

/**
 * A container engine in memory. Keeps state as a real one does (the same contract suite runs against both), runs
 * programs in this process, and refuses what a real one refuses. Mounts are checked against the real file system.
 */
export class FakeEngine implements Engine {
  readonly #images = new FakeImages();
  readonly #networks = new FakeNetworks();
  readonly #containers = new FakeContainers(this.#images, this.#networks);
  readonly #faults = new Faults<keyof Engine>();
  readonly #volumes = new Map<string, Readonly<Record<string, string>>>();
  #exec: FakeExec | undefined;
  #breakingDials = 0;

  // What a test prepares, and does to the engine from outside.

  /** Gives the engine an image, or a newer one in place of it. Returns its id. */
  addImage(reference: string, image: FakeImage = {}): string {
    return this.#images.add(reference, image).id;
  }

  /** Makes an image available to `pullImage`. */
  publish(reference: string, image: FakeImage = {}): void {
    this.#images.publish(reference, image);
  }

  /** What containers of an image run, or containers whose role label has this value; the role goes first. */
  program(imageOrRole: string, program: FakeProgram): void {
    this.#containers.programs.set(imageOrRole, program);
  }

  /** What programs that are run in a running container do. */
  answerExec(answer: FakeExec): void {
    this.#exec = answer;
  }

  /** Calls take as long as this does, one by one. */
  slowDown(latency: () => Promise<void>): void {
    this.#faults.latency = latency;
  }

  /** The next call of a method fails. */
  failNext(method: keyof Engine, error: Error): void {
    this.#faults.failNext(method, error);
  }

  /** Some other program of the machine listens on a port, until `releasePort`. */
  occupyPort(port: number): void {
    this.#containers.ports.occupy(port);
  }

  /** Ends what `occupyPort` began. */
  releasePort(port: number): void {
    this.#containers.ports.release(port);
  }

  /** A container's program is killed, as by the kernel. */
  kill(nameOrId: string, how: { readonly outOfMemory?: boolean } = {}): void {
    this.#present(nameOrId).end(137, how.outOfMemory ?? false);
  }

  /** Somebody restarts a container. */
  restart(nameOrId: string): void {
    const container = this.#present(nameOrId);
    container.end(137);
    this.#containers.start(container);
  }

  /** The health test of a container comes to a verdict. It must have one. */
  judge(nameOrId: string, health: 'healthy' | 'unhealthy', output = ''): void {
    this.#containers.judge(this.#present(nameOrId), health, output);
  }

  /** Nothing passes any more between a container's program and whoever has dialled it, or will. */
  stall(nameOrId: string): void {
    this.#present(nameOrId).valve.shut();
  }

  /** Ends what `stall` began; what was sent meanwhile arrives. */
  flow(nameOrId: string): void {
    this.#present(nameOrId).valve.open();
  }

  /** The streams to a container's program break at one of their ends; the other never hears of it. */
  breakStreams(nameOrId: string, end: 'caller' | 'program'): void {
    this.#present(nameOrId).breakAt(end);
  }

  /** The next stream that is dialled breaks before its first byte. */
  breakNextDial(): void {
    this.#breakingDials += 1;
  }

  /** Nothing that was planned fails or breaks any more. */
  forgetFaults(): void {
    this.#faults.forget();
    this.#breakingDials = 0;
  }

  /** Watches end as a broken connection ends them; the engine answers on. */
  endWatches(): void {
    this.#containers.events.end();
  }

  /** The engine stops answering. Containers run on, watches end. */
  goAway(): void {
    this.#faults.reachable = false;
    this.#containers.events.end();
  }

  /** Ends what `goAway` began. */
  comeBack(): void {
    this.#faults.reachable = true;
  }

  // What the code under test sees.

  async publishing() {
    return { isHere: (await this.describe()).isLocal, seesLoopback: false };
  }

  async describe(signal?: AbortSignal): Promise<EngineInfo> {
    await this.#faults.enter('describe');
    if (signal?.aborted) throw cancelled('answer');
    return {
      title: 'Fake Engine 1.0 on fake://test',
      sameKernel: true,
      isLocal: true,
      names: ['fake://test'],
      identity: 'fake://test (here)',
      architecture: 'x86_64',
    };
  }

  async findImage(reference: string): Promise<ImageInfo | undefined> {
    await this.#faults.enter('findImage');
    const image = this.#images.find(reference);
    if (image === undefined) return undefined;
    const { id, digests, environment, entrypoint, command, workingDir } = image;
    return { id, digests, environment, entrypoint, command, workingDir };
  }

  async pullImage(
    reference: string,
    progress: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#faults.enter('pullImage');
    if (signal?.aborted) throw cancelled(`pull image ${reference}`);
    this.#images.pull(reference);
    progress('layer 1 of 1');
  }

  async findInRegistry(reference: string, signal?: AbortSignal): Promise<'there' | 'unknown'> {
    await this.#faults.enter('findInRegistry');
    if (signal?.aborted) throw cancelled(`ask for image ${reference}`);
    this.#images.published(reference);
    return 'there';
  }

  async buildImage(
    build: ImageBuild,
    progress: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#faults.enter('buildImage');
    const context = await bytesOf(build.context);
    if (signal?.aborted) throw cancelled(`build image ${build.reference}`);
    if (!hasEntry(context, 'Dockerfile')) {
      throw refused(
        'image-build-failed',
        `the image ${build.reference} could not be built: there is no Dockerfile`,
      );
    }
    progress('Step 1/1 : the fake engine carries out no Dockerfile');
    this.#images.add(build.reference, {});
  }

  async buildDirectory(
    reference: string,
    build: Build,
    _platform: string | undefined,
    progress: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#faults.enter('buildDirectory');
    if (signal?.aborted) throw cancelled(`build image ${reference}`);
    progress(`the fake engine carries out no ${build.dockerfile}`);
    this.#images.add(reference, {});
  }

  async importImage(reference: string, rootfs: NodeJS.ReadableStream, signal?: AbortSignal): Promise<void> {
    await this.#faults.enter('importImage');
    await bytesOf(rootfs);
    if (signal?.aborted) throw cancelled(`import image ${reference}`);
    this.#images.add(reference, {});
  }

  async listUnits(labels: Readonly<Record<string, string>>): Promise<readonly UnitSummary[]> {
    await this.#faults.enter('listUnits');
    return this.#containers
      .all()
      .map((container) => container.summary())
      .filter((summary) => hasLabels(summary, labels))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async findUnit(nameOrId: string): Promise<UnitInfo | undefined> {
    await this.#faults.enter('findUnit');
    return this.#containers.find(nameOrId)?.info();
  }

  async isPortFree(port: PublishedPort): Promise<boolean | undefined> {
    await this.#faults.enter('isPortFree');
    return port.published === undefined ? undefined : this.#containers.isPortFree(port);
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    await this.#faults.enter('createContainer');
    return this.#containers.create(spec).id;
  }

  async placeFiles(id: string, files: readonly PlacedFile[]): Promise<void> {
    await this.#faults.enter('placeFiles');
    const container = this.#containers.find(id);
    if (container === undefined)
      throw engineFailed(`could not put files into container ${id}: no such container`);
    if (container.spec.settings?.readOnly)
      throw refused('mount-failed', `${files[0]?.target} cannot be put into a read-only container`);
    container.files.push(...files);
  }

  /** What a container was made from. */
  specOf(nameOrId: string): ContainerSpec {
    return this.#present(nameOrId).spec;
  }

  /** The files that were put into a container. */
  filesIn(nameOrId: string): readonly PlacedFile[] {
    return this.#present(nameOrId).files;
  }

  async startUnit(id: string): Promise<void> {
    await this.#faults.enter('startUnit');
    const container = this.#containers.find(id);
    if (container === undefined) throw engineFailed(`could not start container ${id}: no such container`);
    this.#containers.start(container);
  }

  async stopUnit(id: string, graceMs: number): Promise<void> {
    await this.#faults.enter('stopUnit');
    await this.#containers.find(id)?.stop(graceMs);
  }

  async removeUnit(id: string): Promise<void> {
    await this.#faults.enter('removeUnit');
    const container = this.#containers.find(id);
    if (container !== undefined) this.#containers.remove(container);
  }

  async restartUnit(id: string, graceMs: number): Promise<void> {
    await this.#faults.enter('restartUnit');
    const container = this.#containers.find(id);
    if (container === undefined) throw engineFailed(`could not restart container ${id}: no such container`);
    await container.stop(graceMs);
    this.#containers.start(container);
  }

  async exec(
    containerId: string,
    spec: ExecSpec,
    streams: ExecStreams,
    signal?: AbortSignal,
  ): Promise<number> {
    await this.#faults.enter('exec');
    if (signal?.aborted) throw cancelled('run a program');
    const container = this.#containers.find(containerId);
    if (container?.isRunning !== true)
      throw engineFailed(`could not run in container ${containerId}: it is not running`);
    if (this.#exec === undefined) throw new Error('FakeEngine: no test prepared an answer to exec');
    return this.#exec(spec, streams, container.spec);
  }

  async runUnit(containerId: string, _: RunStreams): Promise<number> {
    await this.#faults.enter('runUnit');
    await this.startUnit(containerId);
    while (this.#containers.find(containerId)?.isRunning === true) await turn();
    return this.#containers.find(containerId)?.info().exitCode ?? 137;
  }

  async readArchive(containerId: string, path: string): Promise<never> {
    await this.#faults.enter('readArchive');
    throw engineFailed(`could not read ${path} of container ${containerId}: it has no files`);
  }

  async listVolumes(labels: Readonly<Record<string, string>>): Promise<readonly string[]> {
    await this.#faults.enter('listVolumes');
    return [...this.#volumes]
      .filter(([, own]) => hasLabels({ labels: own }, labels))
      .map(([name]) => name)
      .sort();
  }

  async createVolume(
    name: string,
    labels: Readonly<Record<string, string>>,
    _kept?: VolumeKeeping,
  ): Promise<void> {
    await this.#faults.enter('createVolume');
    if (!this.#volumes.has(name)) this.#volumes.set(name, labels);
  }

  async removeVolume(name: string): Promise<void> {
    await this.#faults.enter('removeVolume');
    this.#volumes.delete(name);
  }

  async *unitLogs(id: string, options: LogOptions, signal?: AbortSignal): AsyncGenerator<LogLine> {
    if (signal?.aborted) return;
    await this.#faults.enter('unitLogs');
    const container = this.#containers.find(id);
    if (container === undefined) throw engineFailed(`has no container ${id}, so no output of it`);
    yield* container.log(options, signal);
  }

  async dialSocket(containerId: string, socketPath: string, signal?: AbortSignal): Promise<Duplex> {
    await this.#faults.enter('dialSocket');
    // Whoever dials waits for the outside world.
    await turn();
    if (signal?.aborted) throw cancelled(`dialling ${socketPath}`);
    const container = this.#containers.find(containerId);
    if (container === undefined) throw notReachable(socketPath, containerId, 'there is no such container');
    const { name, socketDir } = container.spec;
    if (socketDir === undefined || !socketPath.startsWith(`${socketDir}/`)) {
      // A real engine may find the socket all the same, through a relay; to rely on that is a mistake.
      throw new Error(`FakeEngine: ${socketPath} is not in the socketDir of ${name} (${socketDir})`);
    }
    const why = container.isRunning ? 'nobody listens there' : 'the container does not run';
    const stream = container.dial(socketPath);
    if (stream === undefined) throw notReachable(socketPath, name, why);
    if (this.#breakingDials === 0) return stream;
    this.#breakingDials -= 1;
    stream.destroy();
    return brokenStream();
  }

  async listNetworks(labels: Readonly<Record<string, string>>): Promise<readonly NetworkInfo[]> {
    await this.#faults.enter('listNetworks');
    return this.#networks.list(labels);
  }

  async createNetwork(spec: NetworkSpec): Promise<NetworkInfo> {
    await this.#faults.enter('createNetwork');
    return this.#networks.create(spec);
  }

  async removeNetwork(id: string): Promise<void> {
    await this.#faults.enter('removeNetwork');
    const network = this.#networks.find(id);
    if (network === undefined) return;
    if (this.#containers.use(network)) {
      throw engineFailed(`could not remove network ${network.name}: it has active endpoints`);
    }
    this.#networks.remove(network.id);
  }

  watchUnits(signal: AbortSignal): AsyncIterable<UnitEvent> {
    const events = this.#containers.events.subscribe(signal);
    const faults = this.#faults;
    return (async function* () {
      await faults.enter('watchUnits');
      yield* events;
    })();
  }

  #present(nameOrId: string): FakeContainer {
    const container = this.#containers.find(nameOrId);
    if (container === undefined) throw new Error(`FakeEngine: there is no container ${nameOrId}`);
    return container;
  }
}

/** What a program that is run in a running container does. Resolves to its exit code. */
export type FakeExec = (spec: ExecSpec, streams: ExecStreams, container: ContainerSpec) => Promise<number>;

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function notReachable(socketPath: string, container: string, why: string) {
  return engineFailed(`has no connection to ${socketPath} in container ${container}: ${why}`);
}
