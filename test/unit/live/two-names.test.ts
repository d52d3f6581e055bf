import { describe, expect, it } from 'vitest';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld } from './world.ts';

describe('two services whose targets are two names of one place', () => {
  it('are both bridged', async () => {
    const world = aWorld();
    const port = await world.addTarget('container/a');
    const other = await world.addTarget('container/b');
    world.platform.removeTarget('container/b');
    world.platform.addName('container/b', 'container/a');
    const session = await world.up(
      aWorkspace(
        'shop',
        aServingService(await freePort(), { 'container/a': port }, { name: 'one' }),
        aServingService(await freePort(), { 'container/b': other }, { name: 'two' }),
      ),
    );
    await settled(world);
    world.platform.restart('container/a');
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });
});

describe('a service whose targets are two names of one place', () => {
  it('is bridged by both, whatever becomes of the agent and the place', async () => {
    const world = aWorld();
    const port = await world.addTarget('container/a');
    const other = await world.addTarget('container/b');
    world.platform.removeTarget('container/b');
    world.platform.addName('container/b', 'container/a');
    const both = { 'container/a': port, 'container/b': other };
    const service = aServingService(await freePort(), both);
    const session = await world.up(aWorkspace('shop', service));
    await settled(world);
    world.platform.killAgent(world.platform.placesOf('container/a')[0]?.id ?? '');
    await settled(world);
    world.platform.restart('container/b');
    await settled(world);
    await session.converge(aWorkspace('shop', { ...service, bridges: service.bridges.slice(1) }));
    await settled(world);
    await session.converge(aWorkspace('shop', service));
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
