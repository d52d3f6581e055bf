import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { ContainerSpec } from '../../src/engine/index.ts';
import { label } from '../../src/model/labels.ts';
import type { PublishedPort } from '../../src/model/workspace.ts';
import type { UnitEvent } from '../../src/runner/index.ts';
import { FakeContainer } from './fake-container.ts';
import { type FakeImages, withTag } from './fake-images.ts';
import type { FakeNetworks } from './fake-networks.ts';
import { FakePorts } from './fake-ports.ts';
import { type FakeProgram, idle } from './fake-program.ts';
import { Feed } from './feed.ts';
import { engineFailed, refused } from './refusals.ts';

/** Containers of a fake engine: which there may be, and what happens to them. */
export class FakeContainers {
  /** What happens to containers. */
  readonly events = new Feed<UnitEvent>();
  readonly ports = new FakePorts();
  /** By image reference or value of the role label. */
  readonly programs = new Map<string, FakeProgram>();
  readonly #byId = new Map<string, FakeContainer>();
  readonly #images: FakeImages;
  readonly #networks: FakeNetworks;
  #made = 0;
  #lastStart = 0;

  constructor(images: FakeImages, networks: FakeNetworks) {
    this.#images = images;
    this.#networks = networks;
  }

  /** Whether a port could be published now. */
  isPortFree(port: PublishedPort): boolean {
    return this.ports.isFree(
      port,
      this.all().flatMap((other) => other.ports),
    );
  }

  all(): readonly FakeContainer[] {
    return [...this.#byId.values()];
  }

  /** By name, id, or the beginning of an id. */
  find(nameOrId: string): FakeContainer | undefined {
    const all = this.all();
    return (
      this.#byId.get(nameOrId) ??
      all.find((container) => container.spec.name === nameOrId) ??
      all.find((container) => nameOrId.length >= 12 && container.id.startsWith(nameOrId))
    );
  }

  create(spec: ContainerSpec): FakeContainer {
    const image = this.#images.find(spec.image);
    if (image === undefined) {
      throw refused('image-not-found', `the image ${spec.image} was not found: No such image: ${spec.image}`);
    }
    const networkMode = this.#networkMode(spec);
    const binds = spec.mounts.filter((mount) => mount.kind === 'bind');
    for (const { source, makesSource } of binds) if (makesSource) mkdirSync(source, { recursive: true });
    const missing = binds.find(({ source }) => !existsSync(source));
    if (missing !== undefined) {
      throw refused(
        'mount-failed',
        `${missing.source}, which container ${spec.name} mounts, does not exist where the engine runs`,
      );
    }
    if (this.all().some((other) => other.spec.name === spec.name)) {
      throw refused('session-conflict', `the container name ${spec.name} is taken`);
    }
    const id = createHash('sha256')
      .update(`container ${++this.#made}`)
      .digest('hex');
    const container = new FakeContainer(id, spec, networkMode, image);
    this.#byId.set(id, container);
    return container;
  }

  /** Nothing happens when it runs. One that removes itself is gone after a start that failed. */
  start(container: FakeContainer): void {
    if (container.isRunning) return;
    try {
      this.#run(container);
    } catch (error) {
      if (container.spec.autoRemove) this.remove(container);
      throw error;
    }
  }

  /** Ends it first when it runs. */
  remove(container: FakeContainer): void {
    container.end(137);
    if (this.#byId.delete(container.id)) this.#publish('removed', container);
  }

  /** The health test of a container comes to a verdict. */
  judge(container: FakeContainer, health: 'healthy' | 'unhealthy', output: string): void {
    container.judge(health, output);
    this.#publish('health', container);
  }

  /** True while a container runs that is attached to the network. */
  use(network: { readonly id: string; readonly name: string }): boolean {
    const attached = ({ networkMode }: FakeContainer) =>
      networkMode === network.name || networkMode === network.id;
    return this.all().some((container) => container.isRunning && attached(container));
  }

  #run(container: FakeContainer): void {
    const { name } = container.spec;
    this.#joinNetwork(container);
    const inUse = this.all().flatMap((other) => other.ports);
    const ports = this.ports.allocate(name, container.spec.ports, inUse);
    if (!container.hasProgram) {
      throw refused(
        'container-failed',
        `container ${name} could not start: ${container.words[0]} is not in its image`,
      );
    }
    // Two starts are never at the same moment, so that they can be told apart.
    this.#lastStart = Math.max(Date.now(), this.#lastStart + 1);
    const onEnd = () => {
      this.#publish('died', container);
      if (container.spec.autoRemove) this.remove(container);
    };
    container.start({ program: this.#programOf(container.spec), ports, at: this.#lastStart, onEnd });
    this.#publish('started', container);
  }

  #networkMode({ name, network, ports }: ContainerSpec): string {
    if (network.kind === 'network') return network.name;
    if (ports.length > 0) {
      throw engineFailed(
        `could not create container ${name}: conflicting options: port publishing and the container type network mode`,
      );
    }
    // That there is no such container shows at the start only.
    return `container:${this.find(network.id)?.id ?? network.id}`;
  }

  #joinNetwork({ spec, networkMode }: FakeContainer): void {
    const lost = (why: string) =>
      refused(
        'container-failed',
        `container ${spec.name} could not start: the network it joins is gone (${why})`,
      );
    if (!networkMode.startsWith('container:')) {
      if (!this.#networks.has(networkMode)) throw lost(`network ${networkMode} not found`);
      return;
    }
    const owner = this.find(networkMode.slice('container:'.length));
    if (owner?.isRunning !== true) throw lost('cannot join network of a non running container');
  }

  #programOf({ labels, image }: ContainerSpec): FakeProgram {
    const ofRole = this.programs.get(labels[label.role] ?? '');
    return ofRole ?? this.programs.get(withTag(image)) ?? this.programs.get(image) ?? idle;
  }

  #publish(kind: UnitEvent['kind'], { id, spec }: FakeContainer): void {
    this.events.publish({ kind, id, name: spec.name, labels: spec.labels });
  }
}
