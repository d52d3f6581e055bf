import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { aShop } from './shop.ts';
import { claimedByStranger } from './stranger.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL } from './world.ts';

const API = 'container/api';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

async function twoProjects() {
  const world = aWorld();
  const port = await world.addTarget(API);
  const other = await world.addTarget('container/web');
  const shop = aWorkspace('shop', aServingService(await freePort(), { [API]: port }));
  const desk = aWorkspace('desk', aServingService(await freePort(), { [API]: port }));
  const idle = aWorkspace('desk', aServingService(await freePort(), { 'container/web': other }));
  const answer = () => world.agents.at(world.platform.placesOf(API)[0]?.id ?? '').ask(port);
  return { world, port, shop, desk, idle, answer };
}

describe('two sessions that want the same port', () => {
  it('get it one after the other', async () => {
    const { world, shop, desk, answer } = await twoProjects();
    const first = await world.up(shop);
    await settled(world);
    const second = await world.up(desk);
    expect(await second.ended).toMatchObject({
      code: 'target-conflict',
      message: expect.stringMatching(/^port \d+ of container\/api is held by \S+ \(project shop, since /),
    });
    // It was seen before anything was made, and nothing is given back.
    for (const word of ['create', 'stopping', 'ended']) expect(second.told()).not.toContain(word);
    await settled(world);
    expect(await answer()).toBe('shop/app');
    await first.down();
    expect(await answer()).toBe(ORIGINAL);
    const third = await world.up(desk);
    await settled(world);
    expect(await answer()).toBe('desk/app');
    await third.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('at the same moment: one gets it, the other is told who has it', async () => {
    const { world, shop, desk } = await twoProjects();
    const sessions = [world.start(shop), world.start(desk)];
    await until(() => (sessions.some(({ isOver }) => isOver) ? undefined : 'both go on'));
    await settled(world);
    const ended = sessions.filter(({ isOver }) => isOver);
    expect(ended).toHaveLength(1);
    expect(await ended[0]?.ended).toMatchObject({ code: 'target-conflict' });
  });

  it('get it when a file asks for it that is free by then', async () => {
    const { world, shop, desk, idle, answer } = await twoProjects();
    const first = await world.up(shop);
    const second = await world.up(idle);
    await settled(world);
    await expect(second.converge(desk)).rejects.toMatchObject({ code: 'target-conflict' });
    expect(await answer()).toBe('shop/app');
    await first.down();
    await second.converge(desk);
    await settled(world);
    expect(await answer()).toBe('desk/app');
  });

  it('keep it over the death of the agent and restarts of the target', async () => {
    const { world, shop, idle } = await twoProjects();
    await world.up(shop);
    const second = await world.up(idle);
    await settled(world);
    for (const ms of [0, 200, 900]) {
      world.platform.killAgent(world.platform.placesOf(API)[0]?.id ?? '');
      await pass(ms);
      world.platform.restart(API);
      await pass(ms);
    }
    await settled(world);
    await second.down();
    await settled(world);
  });
});

describe('a session whose port somebody else takes while its agent is away', () => {
  it('says who has it, and gets it back when that one leaves', async () => {
    const { world, session, place, port } = await aShop();
    for (let times = 0; times < 3; times += 1) world.platform.failNext('findAgent', refusal);
    world.platform.killAgent(place().id);
    const stranger = await claimedByStranger(world, place(), port);
    const bridge = async () => (await session.status()).bridges[0];
    await until(async () => {
      const { state = '', reason = '' } = (await bridge()) ?? {};
      return state === 'lost' && reason.includes('stranger@elsewhere')
        ? undefined
        : `it is ${state} ${reason}`;
    });
    stranger.leave();
    await settled(world);
  });

  it('rests when that one leaves while its service does not listen', async () => {
    const { world, session, place, port, app } = await aShop();
    app.stopListening();
    for (let times = 0; times < 3; times += 1) world.platform.failNext('findAgent', refusal);
    world.platform.killAgent(place().id);
    const stranger = await claimedByStranger(world, place(), port);
    await until(() => (session.told().includes('stranger@elsewhere') ? undefined : 'nobody is named'));
    stranger.leave();
    await settled(world);
  });

  it('at one of several places says at how many it is live, and who has the other', async () => {
    const { world, session, port } = await aShop();
    world.platform.scale(API, 'api', 'b');
    await settled(world);
    const [, second] = world.platform.placesOf(API);
    if (second === undefined) throw new Error('it runs at one place only');
    for (let times = 0; times < 3; times += 1) world.platform.failNext('findAgent', refusal);
    world.platform.killAgent(second.id);
    const stranger = await claimedByStranger(world, second, port);
    await pass(5000);
    const [bridge] = (await session.status()).bridges;
    expect(bridge).toMatchObject({
      state: 'live',
      count: { live: 1, of: 2 },
      reason: expect.stringMatching(/^not at b: port .* is held by /),
    });
    expect(await world.agents.at(second.id).ask(port)).toBe(ORIGINAL);
    stranger.leave();
    await settled(world);
  });
});

describe('two sessions on one target', () => {
  it('with different ports do not disturb each other', async () => {
    const { world, shop, port } = await twoProjects();
    const web = await world.addTarget('container/other');
    // The same workload serves a second port.
    const desk = aWorkspace('desk', aServingService(await freePort(), { [API]: web }));
    const first = await world.up(shop);
    const second = await world.up(desk);
    await settled(world);
    world.platform.killAgent(world.platform.placesOf(API)[0]?.id ?? '');
    await settled(world);
    world.platform.restart(API);
    await settled(world);
    await first.down();
    await settled(world);
    expect(await world.agents.at(world.platform.placesOf(API)[0]?.id ?? '').ask(port)).toBe(ORIGINAL);
    await second.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
