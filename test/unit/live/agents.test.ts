import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { API, aShop } from './shop.ts';
import { ORIGINAL } from './world.ts';

const refusal = new DevenvError({ code: 'agent-failed', message: 'no room', owner: 'environment' });

describe('a session whose agent', () => {
  it('does what it should takes traffic, and leaves nothing', async () => {
    const { world, session, answer } = await aShop();
    expect(await answer()).toBe('shop/app');
    await session.down();
    expect(await world.platform.listAgents()).toEqual([]);
    expect(await world.leftovers()).toEqual([]);
  });

  it('is killed places another one', async () => {
    const { world, session, place, answer } = await aShop();
    world.platform.killAgent(place().id);
    expect(await answer()).toBe(ORIGINAL);
    await settled(world);
    expect(session.told()).toContain(`the agent at api is gone`);
  });

  it('is asked to end lets the original answer, says why, and is placed again', async () => {
    const { world, session, place, answer } = await aShop();
    const { id } = place();
    world.agents.askToEnd(id);
    await until(() => (world.agents.at(id).takenOver().length === 0 ? undefined : 'the port is taken over'));
    expect(await answer()).toBe(ORIGINAL);
    await settled(world);
    expect(session.told()).toContain('its pod ends, the original answers');
    expect(await answer()).toBe('shop/app');
  });

  it.each(['inbound', 'outbound'] as const)('loses its %s stream is joined again', async (role) => {
    const { world, place } = await aShop();
    world.agents.cut(place().id, role);
    await pass(1);
    await settled(world);
  });

  it('loses its control stream is joined again', async () => {
    const { world, place } = await aShop();
    world.agents.cut(place().id, 'control');
    await pass(1);
    await settled(world);
  });

  it('loses all its streams one after the other is joined again', async () => {
    const { world, place } = await aShop();
    for (const ms of [0, 50, 150, 250, 350, 800]) {
      world.agents.cut(place().id, 'control');
      await pass(ms);
      world.agents.cut(place().id, 'inbound');
    }
    await settled(world);
  });

  // The outbound route to an agent that is lost by silence is kept although its agent is gone: `#keepOutbound` gives
  // `carry` no end by `agent.closed` (connection).
  it('loses its streams and the session does not hear of it is joined again', async () => {
    const { world, place } = await aShop();
    world.platform.breakStreams(place().id, 'agent');
    await pass(1);
    await settled(world);
  });

  it('does not hear that its streams are lost is joined again', async () => {
    const { world, place } = await aShop();
    world.platform.breakStreams(place().id, 'caller');
    await pass(1);
    await settled(world);
  });

  it('breaks the first streams of its successor is joined in the end', async () => {
    const { world, place } = await aShop();
    world.platform.killAgent(place().id);
    for (let times = 0; times < 3; times += 1) world.platform.breakNextDial();
    await settled(world);
  });

  it('cannot be placed again for a while is placed later', async () => {
    const { world, place } = await aShop();
    for (let times = 0; times < 8; times += 1) world.platform.failNext('placeAgent', refusal);
    world.platform.killAgent(place().id);
    await settled(world);
  });

  it('ends again and again is not placed for ever, which is told once with what to do', async () => {
    const { world, session, place } = await aShop();
    const errors = () => session.events.filter(({ type }) => type === 'error');
    await until(() => {
      world.platform.killAgent(place().id);
      return errors().length > 0 ? undefined : 'it is placed again';
    }, 120_000);
    expect(errors()).toMatchObject([{ error: { code: 'too-many-agents', message: /at api 10 times/ } }]);
    await pass(30_000);
    expect(errors()).toHaveLength(1);
    expect(await world.platform.listAgents()).toEqual([]);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it.each([2000, 4500, 8000])('is stalled for %i ms takes traffic again afterwards', async (ms) => {
    const { world, place } = await aShop();
    world.platform.stall(place().id);
    await pass(ms);
    world.platform.flow(place().id);
    await settled(world);
  });

  // The outbound route to an agent that is lost by silence is kept although its agent is gone: `#keepOutbound` gives
  // `carry` no end by `agent.closed` (connection).
  it('is stalled until it is given up takes traffic again afterwards', async () => {
    const { world, place } = await aShop();
    world.platform.stall(place().id);
    await pass(20_000);
    world.platform.flow(place().id);
    await settled(world);
  });

  it('is stalled says so, and the original answers', async () => {
    const { world, session, place, answer } = await aShop();
    world.platform.stall(place().id);
    await until(async () => ((await answer()) === ORIGINAL ? undefined : 'the service answers'), 5000);
    const state = async () => (await session.status()).bridges[0]?.state ?? 'gone';
    await until(async () => ((await state()) === 'lost' ? undefined : `it is ${await state()}`), 10_000);
  });

  // The outbound route to an agent that is lost by silence is kept although its agent is gone: `#keepOutbound` gives
  // `carry` no end by `agent.closed` (connection).
  it('is stalled and killed is placed again', async () => {
    const { world, place } = await aShop();
    world.platform.stall(place().id);
    await pass(7000);
    world.platform.killAgent(place().id);
    await settled(world);
  });

  it('is stalled when the session ends is left to itself', async () => {
    const { world, session, place } = await aShop();
    const stalled = place().id;
    world.platform.stall(stalled);
    await pass(500);
    await session.down();
    world.platform.flow(stalled);
    expect(await world.leftovers()).toEqual([]);
  });

  it('stays at a place that is gone is left behind and ends', async () => {
    const { world, session } = await aShop();
    world.platform.restart(API);
    await settled(world);
    await until(async () => ((await world.platform.listAgents()).length === 1 ? undefined : 'it is there'));
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });
});
