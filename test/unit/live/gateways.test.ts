import { describe, expect, it } from 'vitest';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { API, aShop } from './shop.ts';
import { ORIGINAL } from './world.ts';

describe('a session whose gateway', () => {
  it('is killed makes its way anew', async () => {
    const { world, session, gatewayContainer, answer } = await aShop();
    world.engine.kill(gatewayContainer);
    await settled(world);
    expect(await answer()).toBe('shop/app');
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('is killed again and again makes its way anew each time', async () => {
    const { world, gatewayContainer } = await aShop();
    for (const ms of [10, 300, 1200, 2500]) {
      const found = await world.engine.findUnit(gatewayContainer);
      if (found?.state === 'running') world.engine.kill(gatewayContainer);
      await pass(ms);
    }
    await settled(world);
  });

  it('ends whenever it begins is made anew after longer and longer pauses', async () => {
    const { world, session, gatewayContainer } = await aShop();
    world.engine.program('gateway', ({ exit }) => exit(1));
    world.engine.kill(gatewayContainer);
    await pass(30_000);
    const passes = session.events.filter((event) => event.type === 'session' && event.state === 'converging');
    expect(passes.length).toBeLessThan(10);
    world.engine.program('gateway', world.gateways.program);
    await settled(world, 60_000);
  });

  it('is removed by somebody makes its way anew', async () => {
    const { world, gatewayContainer } = await aShop();
    await world.engine.removeUnit(gatewayContainer);
    await settled(world);
  });

  it('is restarted by somebody, container and all, makes its way anew', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.restart(gatewayContainer);
    await settled(world);
  });

  it('begins anew in its container is joined again', async () => {
    const { world, gateway } = await aShop();
    gateway().restart();
    await settled(world);
    expect(gateway().resolver).toEqual({ search: ['api.test'], options: [] });
  });

  it('ends in its container and does not begin anew for a while says so, and the original answers', async () => {
    const { world, session, gateway, answer } = await aShop();
    gateway().end();
    await pass(3000);
    expect(await answer()).toBe(ORIGINAL);
    const [bridge] = (await session.status()).bridges;
    expect(bridge).toMatchObject({
      state: 'resting',
      reason: expect.stringMatching(/connection of the service/),
    });
    gateway().restart();
    await settled(world);
  });

  it.each(['control', 'inbound', 'outbound'] as const)(
    'loses its %s stream is joined again',
    async (role) => {
      const { world, gateway } = await aShop();
      gateway().cut(role);
      await pass(1);
      await settled(world);
    },
  );

  it.each(['caller', 'program'] as const)(
    'loses its streams without a word to the other end than the %s is joined again',
    async (end) => {
      const { world, gatewayContainer } = await aShop();
      world.engine.breakStreams(gatewayContainer, end);
      await pass(1);
      await settled(world);
    },
  );

  it('breaks the first streams when it is joined again is joined in the end', async () => {
    const { world, gateway } = await aShop();
    for (let times = 0; times < 4; times += 1) world.engine.breakNextDial();
    gateway().cut('control');
    await settled(world);
  });

  it('breaks its stream right after it is joined again is joined in the end', async () => {
    const { world, gateway } = await aShop();
    for (let times = 0; times < 12; times += 1) {
      gateway().cut('control');
      await pass(100);
    }
    await settled(world);
  });

  it.each([2000, 4500, 8000, 20_000])('is stalled for %i ms serves again afterwards', async (ms) => {
    const { world, gatewayContainer } = await aShop();
    world.engine.stall(gatewayContainer);
    await pass(ms);
    world.engine.flow(gatewayContainer);
    await settled(world);
  });

  it('is stalled says so, and the original answers', async () => {
    const { world, session, gatewayContainer, answer } = await aShop();
    world.engine.stall(gatewayContainer);
    await until(async () => ((await answer()) === ORIGINAL ? undefined : 'the service answers'), 5000);
    const state = async () => (await session.status()).bridges[0]?.state ?? 'gone';
    await until(async () => ((await state()) === 'live' ? 'it is live' : undefined), 5000);
    const reason = async () => (await session.status()).bridges[0]?.reason ?? 'gone';
    const missing = 'the gateway of the service does not answer, the original answers';
    await until(async () => ((await reason()) === missing ? undefined : await reason()), 10_000);
    // It was given up meanwhile, and is silent all the same.
    await pass(30_000);
    expect(await reason()).toBe(missing);
    world.engine.flow(gatewayContainer);
    await settled(world);
  });

  it('begins anew never says that nothing listens', async () => {
    const { world, session, gateway } = await aShop();
    const from = session.events.length;
    for (const ms of [0, 20, 3000]) {
      gateway().restart();
      await pass(ms);
      await settled(world);
    }
    const told = session.events.slice(from).flatMap((event) => (event.type === 'state' ? event : []));
    const reasons = told.filter(({ resource }) => resource.startsWith('bridge/')).map(({ reason }) => reason);
    expect([...new Set(reasons)]).toEqual([
      'the connection of the service is being made again, the original answers',
      undefined,
    ]);
  });

  it('is lost together with the agent is joined again with the next', async () => {
    const { world, gateway, place } = await aShop();
    gateway().cut('control');
    world.platform.killAgent(place().id);
    await settled(world);
  });

  it('is killed while the target is away makes its way when that is back', async () => {
    const { world, gatewayContainer } = await aShop();
    world.platform.removeTarget(API);
    await pass(500);
    world.engine.kill(gatewayContainer);
    await pass(3000);
    world.platform.addTarget(API);
    await settled(world);
  });
});
