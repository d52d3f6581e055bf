import { onTestFinished } from 'vitest';
import type { ContainerSpec, Engine, NetworkInfo } from '../../../src/engine/index.ts';
import type { UnitInfo } from '../../../src/runner/index.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';

/** An engine under the contract, and what its tests need besides. */
export interface EngineWorld {
  readonly engine: Engine;
  /** Image whose entrypoint is the contract's program; its Dockerfile tells the rest. */
  readonly image: string;
  /** The same, but its agents complain and end at once. */
  readonly brokenImage: string;
  /** A name that nothing else on the engine has. */
  name(word: string): string;
  /** Puts an image into a registry and returns its reference; the engine does not have it yet. */
  publishImage(): Promise<string>;
  /** A reference that a registry answers with "no". */
  unpublishedImage(): Promise<string>;
  /** Somebody restarts a container. */
  restart(nameOrId: string): Promise<void>;
  /** Removes an image that a test made. */
  removeImage(reference: string): Promise<void>;
  /** Makes some program of this machine listen on a TCP port of 127.0.0.1, until the test is over. */
  occupyPort(): Promise<number>;
}

/** Reads the world when a test runs, because it exists only then. */
export type WorldOf<World> = () => World;

/** Directory for sockets in containers of the contract. */
export const SOCKETS = '/run/contract';

let unnamed = 0;

/** A specification of an idle container; tests name only what matters to them. */
export function aSpec(world: EngineWorld, fields: Partial<ContainerSpec> = {}): ContainerSpec {
  return aContainerSpec({ name: world.name(`container-${++unnamed}`), image: world.image, ...fields });
}

/** Makes a container that is gone when the test is over. Returns its id. */
export async function created(world: EngineWorld, fields: Partial<ContainerSpec> = {}): Promise<string> {
  const spec = aSpec(world, fields);
  onTestFinished(() => world.engine.removeUnit(spec.name));
  return world.engine.createContainer(spec);
}

/** Makes and starts a container that is gone when the test is over. */
export async function started(world: EngineWorld, fields: Partial<ContainerSpec> = {}): Promise<UnitInfo> {
  const id = await created(world, fields);
  await world.engine.startUnit(id);
  return present(world, id);
}

/** Makes a network that is gone when the test is over. */
export async function network(
  world: EngineWorld,
  labels: Readonly<Record<string, string>> = {},
): Promise<NetworkInfo> {
  const name = world.name('network');
  onTestFinished(async () => {
    for (const one of await world.engine.listNetworks({})) {
      if (one.name === name) await world.engine.removeNetwork(one.id);
    }
  });
  return world.engine.createNetwork({ name, labels });
}

/** A container that must be there. */
export async function present(world: EngineWorld, nameOrId: string): Promise<UnitInfo> {
  const found = await world.engine.findUnit(nameOrId);
  if (found === undefined) throw new Error(`there is no container ${nameOrId}`);
  return found;
}

/** Waits until a container has written a line. */
export async function untilItSays(world: EngineWorld, id: string, wanted: string): Promise<void> {
  for await (const { line } of world.engine.unitLogs(id, { follow: true })) {
    if (line === wanted) return;
  }
  throw new Error(`container ${id} ended without saying: ${wanted}`);
}

/** Waits until a container has ended. */
export async function untilItEnds(world: EngineWorld, id: string): Promise<UnitInfo> {
  const watching = new AbortController();
  const events = world.engine.watchUnits(watching.signal);
  try {
    const now = await present(world, id);
    if (now.state === 'exited') return now;
    for await (const event of events) if (event.id === id && event.kind === 'died') break;
  } finally {
    watching.abort();
  }
  return present(world, id);
}

/** Everything a stream gives until its end, as text. */
export async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
