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
    const session = world.start(
      aWorkspace(
        'shop',
        aServingService(await freePort(), { 'container/a': port }, { name: 'one' }),
        aServingService(await freePort(), { 'container/b': other }, { name: 'two' }),
      ),
    );
    for (let i = 0; i < 40; i += 1) {
      await new Promise((r) => setImmediate(r));
      process.stderr.write(
        `${i} ${performance.now()} ${session.events.length} ${process.memoryUsage().heapUsed}\n`,
      );
      if (i === 38) process.stderr.write(session.told());
    }
    process.exit(1);
    world.platform.restart('container/a');
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
