import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { ContainerSpec } from '../../../src/engine/index.ts';
import { freePort } from '../../e2e/world/free-port.ts';
import { serving } from '../engine/sockets.ts';
import {
  created,
  network,
  SOCKETS,
  started,
  textOf,
  untilItEnds,
  untilItSays,
  type WorldOf,
} from '../engine/world.ts';
import { tarOf } from '../tar.ts';
import type { DockerWorld } from './world.ts';

/** What only a real engine can show. */
export function engineDetails(world: WorldOf<DockerWorld>): void {
  it('removes the directory of its sockets with a container', async () => {
    const { engine, runtimeDirectory, name } = world();
    const before = entriesOf(runtimeDirectory);
    const removed = await created(world(), { ...serving, name: name('removed') });
    const stopped = await started(world(), { ...serving, name: name('stopped'), autoRemove: true });
    expect(entriesOf(runtimeDirectory)).toHaveLength(before.length + 2);
    expect(statSync(runtimeDirectory).mode & 0o777).toBe(0o700);
    await engine.removeUnit(removed);
    await engine.stopUnit(stopped.id, 0);
    expect(entriesOf(runtimeDirectory)).toEqual(before);
  });

  it('leaves no directory of a container that could not be made', async () => {
    const { runtimeDirectory, name } = world();
    await created(world(), { ...serving, name: name('taken') });
    const before = entriesOf(runtimeDirectory);
    await expect(created(world(), { ...serving, name: name('taken') })).rejects.toMatchObject({
      code: 'session-conflict',
    });
    expect(entriesOf(runtimeDirectory)).toEqual(before);
  });

  it('dials sockets as files, and through a relay where the files are out of reach', async () => {
    const { engine, api, runtimeDirectory, name } = world();
    const before = entriesOf(runtimeDirectory);
    const { id } = await started(world(), { ...serving, name: name('dialled') });
    await untilItSays(world(), id, 'listening');
    const dial = async () => textOf(await engine.dialSocket(id, `${SOCKETS}/greet.sock`));
    const relays = async () => ((await api.inspectContainer(id))['ExecIDs'] ?? []) as readonly string[];
    expect(await dial()).toBe('hello');
    expect(await relays()).toEqual([]);
    const directory = entriesOf(runtimeDirectory).find((entry) => !before.includes(entry)) ?? '';
    const path = join(runtimeDirectory, directory);
    renameSync(path, `${path}-away`);
    onTestFinished(() => renameSync(`${path}-away`, path));
    const stream = await engine.dialSocket(id, `${SOCKETS}/tell.sock`);
    expect(await relays()).toHaveLength(1);
    stream.destroy();
    await untilItSays(world(), id, 'the caller went');
  });

  it('gives a container user, directory, mounts and exactly the capabilities asked for', async () => {
    const file = join(world().runtimeDirectory, 'mounted');
    writeFileSync(file, 'from this machine');
    const said = await reportOf(world(), {
      user: '0:13370',
      workingDir: '/contract',
      capabilities: ['NET_ADMIN'],
      mounts: [
        { kind: 'bind' as const, source: file, target: '/data/read', readOnly: true },
        { kind: 'bind' as const, source: file, target: '/data/write', readOnly: false },
      ],
    });
    expect(said).toMatchObject({
      user: '0:13370',
      directory: '/contract',
      // CAP_NET_ADMIN is number 12.
      status: { CapPrm: '0000000000001000', CapBnd: '0000000000001000', NoNewPrivs: '1' },
      content: 'from this machine',
      writing: { '/data/read': 'EROFS', '/data/write': 'done' },
    });
  });

  it('gives a network IPv6 where the kernel has it, and its containers names on it', async () => {
    const { name } = world();
    const { subnets } = await network(world());
    const kinds = subnets.map((subnet) => (subnet.includes(':') ? 'IPv6' : 'IPv4')).sort();
    const kernelHasIpv6 = existsSync('/proc/net/if_inet6');
    expect(kinds).toEqual(kernelHasIpv6 ? ['IPv4', 'IPv6'] : ['IPv4']);
    await started(world(), { network: { kind: 'network', name: name('network'), aliases: ['shop'] } });
    const said = await reportOf(world(), {
      network: { kind: 'network', name: name('network'), aliases: [] },
    });
    expect(said.shop).toMatch(/^[0-9a-f.:]+$/);
    expect(said.hasPrivateIpv6).toBe(kernelHasIpv6);
  });

  it('shows the last lines of a build that failed', async () => {
    const { engine, base, name } = world();
    const words = 'for (let line = 1; line <= 20; line++) console.log("line " + line); process.exit(3)';
    const recipe = `FROM ${base}\nRUN ["/bin/node", "-e", ${JSON.stringify(words)}]\n`;
    const build = { reference: `${name('failed')}:1`, context: tarOf({ Dockerfile: recipe }) };
    const building = engine.buildImage({ ...build, args: {}, labels: {} }, () => {});
    const error: unknown = await building.catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/returned a non-zero code: 3$/),
      evidence: expect.arrayContaining(['line 7', 'line 20']),
    });
    expect(error).not.toMatchObject({ evidence: expect.arrayContaining(['line 1']) });
  });

  it('refuses to make an image of what is no archive', async () => {
    const { engine, name } = world();
    const rootfs = Readable.from([Buffer.alloc(4096, 'x')]);
    await expect(engine.importImage(`${name('broken')}:1`, rootfs)).rejects.toMatchObject({
      code: 'image-build-failed',
    });
  });

  it('knows of a port of this machine whether it is free, and leaves no trace of the question', async () => {
    const { engine } = world();
    const port = { hostIp: '127.0.0.1', published: await freePort(), target: 80, protocol: 'tcp' } as const;
    for (const protocol of ['tcp', 'udp', 'tcp'] as const)
      expect(await engine.isPortFree({ ...port, protocol })).toBe(true);
    expect(await engine.isPortFree({ ...port, published: undefined })).toBeUndefined();
    expect(await engine.isPortFree({ ...port, hostIp: '192.0.2.1' })).toBeUndefined();
    const taken = await world().occupyPort();
    expect(await engine.isPortFree({ ...port, published: taken })).toBe(false);
    expect(await engine.isPortFree({ ...port, hostIp: '0.0.0.0', published: taken })).toBe(false);
  });

  it('says that a registry cannot be asked', async () => {
    const asking = world().engine.findInRegistry('127.0.0.1:1/gefyra-contract:1');
    await expect(asking).rejects.toMatchObject({
      code: 'image-not-found',
      hint: expect.stringContaining('the registry cannot be reached'),
    });
  });

  it('says that a registry cannot be reached', async () => {
    const fetching = world().engine.pullImage('127.0.0.1:1/gefyra-contract:1', () => {});
    await expect(fetching).rejects.toMatchObject({
      code: 'image-not-found',
      hint: expect.stringContaining('the registry cannot be reached'),
    });
  });
}

function entriesOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** What a container sees from inside, for comparison. */
interface Report {
  readonly user: string;
  readonly directory: string;
  readonly status: Readonly<Record<string, string>>;
  readonly content: string;
  /** What came of writing, by path. */
  readonly writing: Readonly<Record<string, string>>;
  /** Address of the name `shop`. */
  readonly shop: string;
  readonly hasPrivateIpv6: boolean;
}

async function reportOf(world: DockerWorld, fields: Partial<ContainerSpec>): Promise<Report> {
  const script = `(${report.toString()})()`;
  const { id } = await started(world, { ...fields, entrypoint: ['/bin/node', '-e', script] });
  await untilItEnds(world, id);
  const lines: string[] = [];
  for await (const { line } of world.engine.unitLogs(id, { follow: false })) lines.push(line);
  return JSON.parse(lines.join('\n')) as Report;
}

/** Runs inside the container: has nothing but Node. */
function report(): void {
  const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { networkInterfaces } = process.getBuiltinModule('node:os');
  const { lookup } = process.getBuiltinModule('node:dns');
  const status = readFileSync('/proc/self/status', 'utf8');
  const outcome = (attempt: () => void) => {
    try {
      attempt();
      return 'done';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  let content = '';
  outcome(() => {
    content = readFileSync('/data/read', 'utf8');
  });
  const writing = Object.fromEntries(
    ['/data/read', '/data/write'].map((path) => [path, outcome(() => writeFileSync(path, 'from inside'))]),
  );
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  lookup('shop', (_, shop) =>
    console.log(
      JSON.stringify({
        user: `${process.getuid?.()}:${process.getgid?.()}`,
        directory: process.cwd(),
        status: Object.fromEntries(status.split('\n').map((line) => line.split(/:\s*/))),
        content,
        writing,
        shop,
        hasPrivateIpv6: addresses.some(({ address }) => address.startsWith('fd')),
      }),
    ),
  );
}
