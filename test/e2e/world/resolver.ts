import { join } from 'node:path';
import { docker, dockerLines } from './docker.ts';
import { demoImage, root } from './paths.ts';

/** A DNS server in a container that knows names under `outside.test`; see `resolver.mjs` for which. */
export interface Resolver extends AsyncDisposable {
  /** Its address on the network, port 53. */
  readonly address: string;
  /** What it was asked up to now, oldest first: `udp A www.outside.test`. */
  queries(): Promise<readonly string[]>;
}

/** Where to run it. */
export interface ResolverOptions {
  /** Name of its container. */
  readonly name: string;
  /** Network of the engine. */
  readonly network: string;
}

/** Starts the server and waits until it listens. Disposing removes it. */
export async function startResolver({ name, network }: ResolverOptions): Promise<Resolver> {
  const modules = join(root, 'node_modules');
  const mounts = [
    `${join(root, 'test/e2e/world/resolver.mjs')}:/resolver/resolver.mjs:ro`,
    `${join(modules, 'dns-packet')}:/resolver/node_modules/dns-packet:ro`,
    `${join(modules, '@leichtgewicht')}:/resolver/node_modules/@leichtgewicht:ro`,
  ].flatMap((mount) => ['--volume', mount]);
  await docker(
    'run',
    '--detach',
    '--name',
    name,
    '--network',
    network,
    ...mounts,
    demoImage,
    'node',
    '/resolver/resolver.mjs',
  );
  const remove = async () => {
    await docker('rm', '--force', name);
  };
  try {
    await docker('exec', name, 'node', '/resolver/resolver.mjs', '--wait');
    const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    const address = await docker('inspect', '--format', format, name);
    return {
      address,
      queries: async () => (await dockerLines('logs', name)).filter((line) => /^(udp|tcp) /.test(line)),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
