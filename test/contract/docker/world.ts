import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openDockerEngine } from '../../../src/docker/index.ts';
import { locateEngine } from '../../../src/docker/locate-engine.ts';
import type { Engine } from '../../../src/engine/index.ts';
import type { LosableWorld } from '../engine/lost-engine.ts';
import type { OpenWorld } from '../worlds.ts';
import { type EngineApi, engineApi } from './engine-api.ts';
import { type Endpoint, Forwarder } from './forwarder.ts';
import { Registry } from './registry.ts';
import { buildTestImage, importBase, RELAY } from './test-image.ts';

/** The contract's world around the engine of this machine. */
export interface DockerWorld extends LosableWorld {
  /** What others do to the engine. */
  readonly api: EngineApi;
  /** Where the engine keeps what it shares with containers. */
  readonly runtimeDirectory: string;
  /** The image under the contract's image. */
  readonly base: string;
}

/** How the engine is reached. */
export type Reach =
  /** Over a Unix socket, so that it is taken for one of this machine. */
  | 'socket'
  /** Over TCP, so that it is taken for one of another machine, where only relays reach into containers. */
  | 'address';

/** Everything the suite makes on the engine is named so. */
const PREFIX = `gefyra-contract-${process.pid}`;
const IMAGE = `${PREFIX}:1`;
const BASE = `${PREFIX}:base`;
const BROKEN_IMAGE = `${PREFIX}:broken`;
let images: Promise<void> | undefined;
let opened = 0;

/** Opens the engine that Docker's own client would use. Errors: `engine-unreachable`; the suite fails without one. */
export async function dockerWorld(reach: Reach): Promise<OpenWorld<DockerWorld>> {
  const endpoint = engineEndpoint();
  const directory = mkdtempSync(join(tmpdir(), 'gc-'));
  const forwarder = await Forwarder.open(
    endpoint,
    reach === 'socket' ? { path: join(directory, 'engine.sock') } : { host: '127.0.0.1', port: 0 },
  );
  const runtimeDirectory = join(directory, 'run');
  const engine = await openDockerEngine({
    environment: { DOCKER_HOST: forwarder.address },
    homeDirectory: directory,
    runtimeDirectory,
    relayCommand: RELAY,
  });
  images ??= makeTestImages(engine);
  await images;
  const registry = await Registry.open();
  const api = engineApi(endpoint);
  const prefix = `${PREFIX}-${++opened}`;
  const pulled: string[] = [];
  const world: DockerWorld = {
    engine,
    api,
    runtimeDirectory,
    image: IMAGE,
    brokenImage: BROKEN_IMAGE,
    base: BASE,
    name: (word) => `${prefix}-${word}`,
    publishImage: async () => {
      const reference = await registry.publish(`image-${pulled.length + 1}`);
      pulled.push(reference);
      return reference;
    },
    unpublishedImage: async () => registry.reference('unknown'),
    occupyPort,
    restart: (nameOrId) => api.restartContainer(nameOrId),
    removeImage: (reference) => api.removeImage(reference),
    goAway: () => forwarder.goAway(),
    comeBack: () => forwarder.comeBack(),
  };
  const close = async () => {
    await removeAll(engine, prefix);
    for (const reference of pulled) await api.removeImage(reference);
    await registry.close();
    await forwarder.goAway();
    rmSync(directory, { recursive: true });
  };
  return { world, close };
}

/** Removes the images that all worlds share. */
export async function removeTestImages(): Promise<void> {
  const api = engineApi(engineEndpoint());
  for (const image of [IMAGE, BROKEN_IMAGE, BASE]) await api.removeImage(image);
}

async function makeTestImages(engine: Engine): Promise<void> {
  await importBase(engine, BASE);
  await buildTestImage(engine, BASE, IMAGE);
  await buildTestImage(engine, BASE, BROKEN_IMAGE, 'ENV CONTRACT_AGENT=broken\n');
}

/** What a failed test may have left. */
async function removeAll(engine: Engine, prefix: string): Promise<void> {
  const containers = await engine.listUnits({});
  for (const { id, name } of containers) if (name.startsWith(prefix)) await engine.removeUnit(id);
  const networks = await engine.listNetworks({});
  for (const { id, name } of networks) if (name.startsWith(prefix)) await engine.removeNetwork(id);
}

async function occupyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

function engineEndpoint(): Endpoint {
  const isSocket = (path: string) => statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
  const { address, tls } = locateEngine({ environment: process.env, homeDirectory: homedir(), isSocket });
  if (tls !== undefined) throw new Error(`the contract suite does not speak TLS, which ${address} asks for`);
  if (address.startsWith('unix://')) return { path: address.slice('unix://'.length) };
  const { hostname, port } = new URL(address.replace(/^tcp:/, 'http:'));
  return { host: hostname, port: Number(port) };
}
