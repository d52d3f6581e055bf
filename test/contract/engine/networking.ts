import { expect, it } from 'vitest';
import { created, type EngineWorld, network, present, started, type WorldOf } from './world.ts';

/** Networks, network namespaces and published ports. */
export function networkingContract(world: WorldOf<EngineWorld>): void {
  it('makes a network with address ranges and finds it by its labels', async () => {
    const { engine, name } = world();
    const labels = { 'contract/network': name('network') };
    const made = await network(world(), { ...labels, part: 'a' });
    expect(made).toMatchObject({ name: name('network'), labels: { ...labels, part: 'a' } });
    expect(made.subnets[0]).toMatch(/^[0-9a-f.:]+\/\d+$/);
    expect(await engine.listNetworks(labels)).toEqual([made]);
    expect(await engine.listNetworks({ ...labels, part: 'b' })).toEqual([]);
  });

  it('refuses a second network of the same name', async () => {
    await network(world());
    await expect(network(world())).rejects.toMatchObject({
      code: 'session-conflict',
      message: expect.stringContaining(world().name('network')),
    });
  });

  it('removes a network, and does nothing when it is not there', async () => {
    const { engine } = world();
    const { id } = await network(world());
    await engine.removeNetwork(id);
    expect((await engine.listNetworks({})).map((one) => one.id)).not.toContain(id);
    await engine.removeNetwork(id);
  });

  it('keeps a network that running containers use', async () => {
    const { engine, name } = world();
    const { id } = await network(world());
    const container = await started(world(), {
      network: { kind: 'network', name: name('network'), aliases: ['app'] },
    });
    expect(container.networkMode).toBe(name('network'));
    await expect(engine.removeNetwork(id)).rejects.toMatchObject({ code: 'engine-failed' });
    await engine.removeUnit(container.id);
    await engine.removeNetwork(id);
  });

  it('does not start a container whose network is not there', async () => {
    const id = await created(world(), {
      network: { kind: 'network', name: world().name('missing'), aliases: [] },
    });
    await expect(world().engine.startUnit(id)).rejects.toMatchObject({
      code: 'container-failed',
      message: expect.stringContaining('the network it joins is gone'),
    });
  });

  it('puts a container into the network namespace of another one, named by name or id', async () => {
    const { name } = world();
    const owner = await started(world(), { name: name('owner') });
    for (const id of [owner.id, owner.name]) {
      const joined = await started(world(), {
        name: name(id === owner.id ? 'by-id' : 'by-name'),
        network: { kind: 'container', id },
      });
      expect(joined.networkMode).toBe(`container:${owner.id}`);
      const listed = await world().engine.listUnits({});
      expect(listed.find((one) => one.id === joined.id)?.networkMode).toBe(`container:${owner.id}`);
    }
  });

  it('does not start a container whose namespace has no owner that runs', async () => {
    const { engine, name } = world();
    const owner = await created(world(), { name: name('owner') });
    const joined = await created(world(), { network: { kind: 'container', id: owner } });
    await expect(engine.startUnit(joined)).rejects.toMatchObject({
      code: 'container-failed',
      message: expect.stringContaining('the network it joins is gone'),
    });
    const lost = await created(world(), { network: { kind: 'container', id: name('missing') } });
    await expect(engine.startUnit(lost)).rejects.toMatchObject({
      code: 'container-failed',
      message: expect.stringContaining('the network it joins is gone'),
    });
  });

  it('refuses ports on a container without a network of its own', async () => {
    const owner = await started(world(), { name: world().name('owner') });
    const joined = created(world(), {
      network: { kind: 'container', id: owner.id },
      ports: [{ hostIp: '127.0.0.1', published: undefined, target: 80, protocol: 'tcp' }],
    });
    await expect(joined).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('conflicting options'),
    });
  });

  it('publishes ports while the container runs, on numbers it chooses where none is given', async () => {
    const { engine } = world();
    const { id, publishedPorts, exposedPorts } = await started(world(), {
      ports: [
        { hostIp: '127.0.0.1', published: undefined, target: 9000, protocol: 'tcp' },
        { hostIp: '127.0.0.1', published: undefined, target: 53, protocol: 'udp' },
      ],
    });
    const number = expect.any(Number);
    expect(publishedPorts).toEqual([
      { hostIp: '127.0.0.1', published: number, target: 53, protocol: 'udp' },
      { hostIp: '127.0.0.1', published: number, target: 9000, protocol: 'tcp' },
    ]);
    for (const port of publishedPorts) expect(port.published).toBeGreaterThan(1023);
    expect(exposedPorts).toEqual([8080, 9000]);
    await engine.stopUnit(id, 0);
    expect((await present(world(), id)).publishedPorts).toEqual([]);
  });

  it('does not publish a port that another container or program of the machine has', async () => {
    const { engine, name } = world();
    const taken = await world().occupyPort();
    const chosen = (await started(world(), { name: name('first'), ports: [aPort(undefined)] }))
      .publishedPorts[0]?.published;
    for (const [word, published] of [
      ['program', taken],
      ['container', chosen],
    ] as const) {
      // Where only publishing tells, it is not known before.
      expect([false, undefined]).toContain(await engine.isPortFree(aPort(published)));
      const id = await created(world(), { name: name(word), ports: [aPort(published)] });
      await expect(engine.startUnit(id)).rejects.toMatchObject({
        code: 'port-taken',
        message: expect.stringContaining(`port ${published} of 127.0.0.1`),
      });
      expect(await present(world(), id)).toMatchObject({ state: 'created', publishedPorts: [] });
    }
  });
}

function aPort(published: number | undefined) {
  return { hostIp: '127.0.0.1', published, target: 9000, protocol: 'tcp' } as const;
}
