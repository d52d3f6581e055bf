import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { pass } from './flying-clock.ts';
import { API, aShop, type Shop } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL } from './world.ts';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

/** What may be under way when the end comes. */
const events: Readonly<Record<string, (shop: Shop) => void>> = {
  'the agent is killed': ({ world, place }) => world.platform.killAgent(place().id),
  'the agent is stalled': ({ world, place }) => world.platform.stall(place().id),
  'the agent loses its control stream': ({ world, place }) => world.agents.cut(place().id, 'control'),
  'the target restarts': ({ world }) => world.platform.restart(API),
  'the target goes': ({ world }) => world.platform.removeTarget(API),
  'the target is scaled': ({ world }) => world.platform.scale(API, 'a', 'b', 'c'),
  'the gateway is killed': ({ world, gatewayContainer }) => world.engine.kill(gatewayContainer),
  'the gateway is stalled': ({ world, gatewayContainer }) => world.engine.stall(gatewayContainer),
  'the gateway begins anew': ({ gateway }) => gateway().restart(),
  'the service is killed': ({ world, container }) => world.engine.kill(container),
  'the file changes': ({ session, service }) => {
    session.converge(aWorkspace('shop', { ...service, environment: { NEW: 'yes' } })).catch(() => {});
  },
  'the services restart': ({ session }) => {
    session.restart().catch(() => {});
  },
  'watches end': ({ world }) => {
    world.engine.endWatches();
    world.platform.endWatches();
  },
};

describe('the end of a session gives everything back', () => {
  it.each(Object.keys(events))('while %s', async (name) => {
    const shop = await aShop({ restart: { kind: 'always' } });
    events[name]?.(shop);
    await shop.session.down();
    expect(await shop.session.ended).toBeUndefined();
    expect(shop.session.guardianDismissed).toBe(true);
    expect(await shop.world.leftovers()).toEqual([]);
  });

  it.each(Object.keys(events))('a moment after %s', async (name) => {
    const shop = await aShop({ restart: { kind: 'always' } });
    events[name]?.(shop);
    await pass(60);
    await shop.session.down();
    expect(await shop.session.ended).toBeUndefined();
    expect(await shop.world.leftovers()).toEqual([]);
  });

  it.each([0, 4, 8, 12, 16, 24, 32, 48, 64, 100, 200])('%i ms after its start', async (ms) => {
    const world = aWorld();
    const port = await world.addTarget(API);
    const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    await pass(ms);
    session.interrupt();
    expect(await session.ended).toBeUndefined();
    expect(await world.leftovers()).toEqual([]);
  });

  it.each(['createNetwork', 'createContainer', 'startUnit'] as const)(
    'when %s fails in the first pass',
    async (method) => {
      const world = aWorld();
      const port = await world.addTarget(API);
      world.engine.failNext(method, refusal);
      const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
      expect(await session.ended).toMatchObject({ code: 'engine-failed' });
      expect(await world.leftovers()).toEqual([]);
    },
  );

  it('when the gateway does not listen in the first pass', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    world.engine.program('gateway', ({ onStop, exit }) => onStop(() => exit(0)));
    const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    expect(await session.ended).toMatchObject({ code: 'container-failed' });
    expect(await world.leftovers()).toEqual([]);
  });

  it.each(['placeAgent', 'dialAgent', 'resolveTarget', 'findAgent'] as const)(
    'when %s fails in the first pass',
    async (method) => {
      const world = aWorld();
      const port = await world.addTarget(API);
      world.platform.failNext(method, refusal);
      const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
      expect(await session.ended).toMatchObject({ code: 'engine-failed' });
      expect(await world.leftovers()).toEqual([]);
    },
  );

  it('to callers while they call', async () => {
    const { world, session, answer } = await aShop();
    const ending = session.down();
    const answers = await Promise.all(Array.from({ length: 10 }, () => answer()));
    expect(answers.filter((word) => word !== ORIGINAL && word !== 'shop/app')).toEqual([]);
    await ending;
    expect(await answer()).toBe(ORIGINAL);
    expect(await world.leftovers()).toEqual([]);
  });
});
