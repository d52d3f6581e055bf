import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { settled } from './agreement.ts';
import { pass } from './flying-clock.ts';
import { API, aShop, type Shop } from './shop.ts';
import { ORIGINAL } from './world.ts';

// What a person at a terminal can ask of a session.

describe('a bridge that somebody lets rest', () => {
  const happenings: Readonly<Record<string, (shop: Shop) => unknown>> = {
    nothing: () => {},
    'its gateway is killed': ({ world, gatewayContainer }) => world.engine.kill(gatewayContainer),
    'its agent is killed': ({ world, place }) => world.platform.killAgent(place().id),
    'its service restarts': ({ session }) => session.restart('app'),
    'its target restarts': ({ world }) => world.platform.restart(API),
  };

  it.each(Object.keys(happenings))('rests until it is resumed, whatever happens: %s', async (name) => {
    const shop = await aShop();
    const { world, session, port, answer } = shop;
    await session.rest(`app:${port}`, true);
    await pass(1000);
    await happenings[name]?.(shop);
    await pass(20_000);
    expect(await answer()).toBe(ORIGINAL);
    expect((await session.status()).bridges).toMatchObject([
      { state: 'resting', reason: 'as asked for, the original answers', onRequest: true },
    ]);
    await session.rest(`app:${port}`, false);
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('must be one there is', async () => {
    const { session } = await aShop();
    await expect(session.rest('web:80', true)).rejects.toThrow('there is no bridge web:80');
  });
});

describe('a session that another process goes on with', () => {
  it('keeps its containers, and is live again', async () => {
    const { world, session, container, answer } = await aShop();
    const before = await world.engine.findUnit(container);
    await session.handOver(async (left) => {
      expect(await answer()).toBe(ORIGINAL);
      await world.start(session.workspace, session, left).ready();
    });
    expect(session.guardianDismissed).toBe(true);
    await settled(world);
    expect(await answer()).toBe('shop/app');
    expect(await world.engine.findUnit(container)).toMatchObject({ id: before?.id, state: 'running' });
    await world.sessions[1]?.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('gives everything back when that does not start', async () => {
    const { world, session } = await aShop();
    const failure = await session.handOver(async () => {
      throw new DevenvError({ code: 'internal', message: 'no process to be had', owner: 'environment' });
    });
    expect(failure?.message).toBe('no process to be had');
    expect(await world.leftovers()).toEqual([]);
  });
});
