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
    await settled(world, 5000);
    world.platform.restart('container/a');
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
