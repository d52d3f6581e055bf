import { text } from 'node:stream/consumers';
import { serveNeighbours } from '../../../src/gateway/from-neighbours.ts';
import { Names } from '../../../src/gateway/names.ts';
import { Outbound } from '../../../src/gateway/outbound.ts';
import { SessionServer } from '../../../src/gateway/session.ts';
import { containerName } from '../../../src/model/identity.ts';
import { label } from '../../../src/model/labels.ts';
import { type ControlState, readGatewaySettings } from '../../../src/programs/index.ts';
import type { DuplexRole, ResolverSettings } from '../../../src/protocol/index.ts';
import type { FakeExec, FakeProcess } from '../../fakes/index.ts';
import type { Memory } from './memory.ts';
import type { Services } from './services.ts';
import { Streams } from './streams.ts';

/** What runs in gateway containers: the real gateway, but for the kernel. */
export class Gateways {
  readonly #services: Services;
  readonly #memory: Memory;
  readonly #running = new Map<string, Gateway>();

  constructor(services: Services, memory: Memory) {
    this.#services = services;
    this.#memory = memory;
  }

  /** The program of gateway containers. */
  readonly program = (process: FakeProcess): void => {
    process.ended.addEventListener('abort', () => this.#memory.clear(process));
    process.onStop(() => process.exit(0));
    this.#services.of(process).ownerStarts();
    // Where a service is in no network but its own, the container only holds that.
    if (process.words[0] !== 'gateway') return;
    const key = `${process.labels[label.project]}/${process.labels[label.service]}`;
    const gateway = new Gateway(process, this.#services);
    this.#running.set(key, gateway);
    process.ended.addEventListener('abort', () => {
      if (this.#running.get(key) === gateway) this.#running.delete(key);
    });
  };

  /** Answers the program that reads what a gateway says of its session. */
  readonly exec: FakeExec = async (_, { output }, { labels }) => {
    const state = this.of(labels[label.project] ?? '', labels[label.service] ?? '')?.control;
    output.write(state ?? '');
    return state === undefined ? 1 : 0;
  };

  /** Names of the containers that run now. */
  containers(): readonly string[] {
    return [...this.#running.keys()].map((key) => {
      const [project = '', service = ''] = key.split('/');
      return containerName(project, service, 'gateway');
    });
  }

  /** The gateway of a service that runs now. */
  of(project: string, service: string): Gateway | undefined {
    return this.#running.get(`${project}/${service}`);
  }
}

/** A gateway while its container runs. */
export class Gateway {
  readonly #process: FakeProcess;
  readonly #services: Services;
  /** How many debuggers are attached to the service. */
  debuggers = 0;
  #streams = new Streams();
  #outbound = new Outbound();
  #resolver: ResolverSettings | undefined;
  #control: ControlState | undefined;

  constructor(process: FakeProcess, services: Services) {
    this.#process = process;
    this.#services = services;
    this.restart();
  }

  /** The program in the container ends and begins anew: nothing is left of what it knew. */
  restart(): void {
    this.#streams.cutAll();
    const streams = new Streams();
    this.#streams = streams;
    const { secret, socketPath } = readGatewaySettings(this.#process.environment);
    const outbound = new Outbound();
    this.#outbound = outbound;
    this.#resolver = undefined;
    this.#control = undefined;
    const server = new SessionServer({
      secret,
      outbound,
      names: new Names(outbound),
      listeningPorts: async () => this.#services.of(this.#process).visiblePorts(),
      connectionsTo: () => this.debuggers,
      serveNeighbour: serveNeighbours({ addresses: () => ['127.0.0.1'], publishedPorts: [] }),
      writeResolvConf: async (resolver) => {
        this.#resolver = resolver;
      },
      markControl: (state) => {
        this.#control = state;
      },
    });
    this.#process.listen(socketPath, (stream) => {
      void streams.greeted(stream).then(() => server.accept(stream));
    });
  }

  /** The program in the container ends, and nobody listens until `restart`. */
  end(): void {
    this.#streams.cutAll();
    const { socketPath } = readGatewaySettings(this.#process.environment);
    this.#process.listen(socketPath, (stream) => stream.destroy());
  }

  /** Breaks the streams of a role between it and its session; it lives on. */
  cut(role: DuplexRole): void {
    this.#streams.cut(role);
  }

  /** What it says of its session to whoever asks by the engine. */
  get control(): ControlState | undefined {
    return this.#control;
  }

  /** Search list and options that the service has been given. */
  get resolver(): ResolverSettings | undefined {
    return this.#resolver;
  }

  /** Who answers when the service calls a port of its workload's 127.0.0.1, or of another address. */
  async ask(port: number, host = '127.0.0.1'): Promise<string> {
    try {
      const { stream, accepted } = await this.#outbound.open({ kind: 'tcp', host, port });
      await accepted;
      stream.write('who?');
      const word = await text(stream);
      stream.end();
      return word;
    } catch {
      return 'nobody';
    }
  }
}
