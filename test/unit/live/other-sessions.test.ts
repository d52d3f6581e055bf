import { describe, expect, it } from 'vitest';
import { settled } from './agreement.ts';
import { pass } from './flying-clock.ts';
import { aShop } from './shop.ts';

describe('a second session of a project, with another runtime directory', () => {
  it('is refused with the owner of the first, from which it takes nothing', async () => {
    const { world, session, answer } = await aShop();
    const before = await world.engine.listUnits({});
    const second = world.startElsewhere(session.workspace);
    expect(await second.ended).toMatchObject({
      code: 'session-conflict',
      message: expect.stringMatching(/^project shop is up already, by dev@here from \S+ since \d{4}-/),
    });
    expect(await world.engine.listUnits({})).toEqual(before);
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('is refused, too, while nobody can tell whether the first lives', async () => {
    const { world, session, gatewayContainer } = await aShop();
    // As when its process is stopped: nothing comes any more, and the gateway gives it up.
    world.engine.stall(gatewayContainer);
    await pass(20_000);
    const second = world.startElsewhere(session.workspace);
    expect(await second.ended).toMatchObject({
      code: 'session-conflict',
      message: expect.stringMatching(/^project shop may be up already, by dev@here/),
      hint: expect.stringContaining('devenv down --force -p shop'),
    });
    world.engine.flow(gatewayContainer);
    await settled(world);
  });

  it('that begins at the same moment: one of them is told of the other, and neither takes anything from it', async () => {
    const { world, session } = await aShop();
    const { workspace } = session;
    await session.down();
    const both = [world.start(workspace), world.startElsewhere(workspace)];
    await Promise.all(both.map((one) => one.ready()));
    await settled(world);
    const over = both.filter(({ isOver }) => isOver);
    expect(over).toHaveLength(1);
    expect(await over[0]?.ended).toMatchObject({
      code: 'session-conflict',
      message: expect.stringMatching(/^project shop (is|may be) up already, by dev@here/),
    });
  });
});

describe('a guardian that comes late', () => {
  it('takes nothing from the session that has begun meanwhile', async () => {
    const { world, session, answer } = await aShop();
    await session.down();
    const next = await world.up(session.workspace);
    await settled(world);
    const before = await world.engine.listUnits({});
    await session.cleanedUp();
    expect(await world.engine.listUnits({})).toEqual(before);
    expect(await answer()).toBe('shop/app');
    await next.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
