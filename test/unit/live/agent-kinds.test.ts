import { describe, expect, it } from 'vitest';
import { aTarget, aWorkspace } from '../../builders/workspace.ts';
import { refused } from '../../fakes/refusals.ts';
import { settled } from './agreement.ts';
import { until } from './flying-clock.ts';
import { API } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL, type World } from './world.ts';

/** A project whose service `desk` only connects by a workload, and `app` that may bridge it, both run by two sessions. */
async function aDesk() {
  const world = aWorld();
  const port = await world.addTarget(API);
  const desk = aServingService(
    await freePort(),
    {},
    {
      name: 'desk',
      envFrom: [{ target: aTarget(API), include: ['*'], exclude: [] }],
      outbound: { loopback: [5432] },
    },
  );
  const app = aServingService(await freePort(), { [API]: port });
  const [place] = world.platform.placesOf(API);
  if (place === undefined) throw new Error('the workload runs nowhere');
  return { world, desk, app, place, answer: () => world.agents.at(place.id).ask(port) };
}

async function kindsIn({ platform }: World): Promise<readonly string[]> {
  const [place] = platform.placesOf(API);
  if (place === undefined) return [];
  const kinds = ['net', 'plain'] as const;
  const found = await Promise.all(
    kinds.map(async (kind) => ((await platform.findAgent(place, kind)) ? [kind] : [])),
  );
  return found.flat();
}

const has = (world: World, ...kinds: readonly string[]) =>
  until(async () => {
    const found = await kindsIn(world);
    return found.join() === kinds.join() ? undefined : `there are agents of ${found.join() || 'no kind'}`;
  });

describe('agents of two kinds', () => {
  it('a service that bridges nothing asks for no agent that takes ports over', async () => {
    const { world, desk } = await aDesk();
    const session = await world.up(aWorkspace('shop', desk));
    await settled(world);
    expect(await kindsIn(world)).toEqual(['plain']);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('a bridge adds one beside it, by which the others go on', async () => {
    const { world, desk, app, answer } = await aDesk();
    const session = await world.up(aWorkspace('shop', desk));
    await session.converge(aWorkspace('shop', desk, app));
    await settled(world);
    expect(await answer()).toBe('shop/app');
    await has(world, 'net');
    await session.converge(aWorkspace('shop', desk));
    await settled(world);
    expect(await answer()).toBe(ORIGINAL);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('a bridge whose agent is refused leaves the others as they were', async () => {
    const { world, desk, app, answer } = await aDesk();
    const session = await world.up(aWorkspace('shop', desk));
    await settled(world);
    world.platform.failNext('placeAgent', refused('admission-refused', 'NET_ADMIN is not let in'));
    expect(await session.converge(aWorkspace('shop', desk, app))).toContain('admission-refused');
    // It is tried again.
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('one of each serves two sessions side by side', async () => {
    const { world, desk, app, answer } = await aDesk();
    const one = await world.up(aWorkspace('shop', app));
    const other = await world.up(aWorkspace('office', desk));
    await settled(world);
    expect(await kindsIn(world)).toEqual(['net', 'plain']);
    expect(await answer()).toBe('shop/app');
    await one.down();
    await settled(world);
    await has(world, 'plain');
    await other.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
