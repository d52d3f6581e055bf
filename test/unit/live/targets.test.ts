import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { API, aShop } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL } from './world.ts';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

describe('a session whose target', () => {
  it('restarts follows it', async () => {
    const { world, answer } = await aShop();
    world.platform.restart(API);
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('goes on elsewhere cuts off where it was what takes too long, and says whose it was', async () => {
    const { world, session, app, answer } = await aShop();
    app.hold();
    const asked = answer();
    await pass(100);
    world.platform.restart(API);
    expect(await asked).toBe('broken');
    await until(() =>
      /1 request was cut off when api ended/.test(session.told()) ? undefined : 'it is not told',
    );
  });

  it('restarts again and again follows it', async () => {
    const { world } = await aShop();
    for (const ms of [0, 10, 100, 500, 1500]) {
      world.platform.restart(API);
      await pass(ms);
    }
    await settled(world);
  });

  it('restarts with its agent follows it', async () => {
    const { world, place } = await aShop();
    const before = place();
    world.platform.restart(API);
    world.platform.killAgent(before.id);
    await settled(world);
  });

  it('is scaled is bridged wherever it runs', async () => {
    const { world, session } = await aShop();
    for (const places of [['api', 'b', 'c'], [], ['b', 'c'], ['c'], ['api', 'c']]) {
      world.platform.scale(API, ...places);
      await settled(world);
    }
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('is nowhere when its gateway dies makes that anew, and does what it is asked', async () => {
    const { world, session, gatewayContainer, answer } = await aShop();
    world.platform.scale(API);
    await world.engine.removeUnit(gatewayContainer);
    expect(await session.start('app')).toEqual([]);
    expect(await session.status()).toMatchObject({ services: [{ state: 'running' }] });
    world.platform.scale(API, 'api');
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('gets no agent any more when its gateway dies makes that anew all the same', async () => {
    const { world, session, place, gatewayContainer, answer } = await aShop();
    for (let time = 0; time < 1000; time += 1) world.platform.failNext('placeAgent', refusal);
    world.platform.killAgent(place().id);
    await world.engine.removeUnit(gatewayContainer);
    expect(await session.start('app')).toEqual([]);
    expect(await session.status()).toMatchObject({ services: [{ state: 'running' }] });
    world.platform.forgetFaults();
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('gets a replica has its agent on the way while that is still being made', async () => {
    const { world, session, answer } = await aShop();
    world.platform.scaleSlowly(API, 'api', 'b');
    await until(() => (world.platform.agentsWaitedFor.has('b') ? undefined : 'no agent is on its way'));
    expect(await answer()).toBe('shop/app');
    const [bridge] = (await session.status()).bridges;
    expect(bridge).toMatchObject({
      state: 'live',
      count: { live: 1, of: 2 },
      reason: 'not at b: its agent is on its way',
      places: [
        { name: 'api', state: 'live', reason: '', ready: true },
        { name: 'b', state: 'lost', reason: 'its agent is on its way', ready: true },
      ],
    });
    world.platform.started(API);
    await settled(world);
    const [whole] = (await session.status()).bridges;
    expect(whole).toMatchObject({
      state: 'live',
      reason: '',
      places: [{ state: 'live' }, { state: 'live' }],
    });
    expect(whole).not.toHaveProperty('count');
  });

  it('gets a replica that can have no agent says so, and where', async () => {
    const { world, session } = await aShop();
    for (let times = 0; times < 6; times += 1) world.platform.failNext('placeAgent', refusal);
    world.platform.scale(API, 'api', 'b');
    const said = 'bridge live 1/2 not at b: not now';
    const tells = ({ events }: typeof session) =>
      events.map((event) =>
        event.type === 'state'
          ? `bridge ${event.state} ${event.count?.live}/${event.count?.of} ${event.reason}`
          : '',
      );
    await until(() => (tells(session).includes(said) ? undefined : `it does not say ${said}`));
    await settled(world);
  });

  it('loses a replica answers there what was asked before', async () => {
    const { world, port } = await aShop();
    world.platform.scale(API, 'api', 'b');
    await settled(world);
    const [, b] = world.platform.placesOf(API);
    const asked = world.agents.at(b?.id ?? '').ask(port, 'who, slowly?');
    await pass(100);
    world.platform.scale(API, 'api');
    expect(await asked).toBe('shop/app');
    await until(async () => {
      const answer = await world.agents.at(b?.id ?? '').ask(port);
      return answer === ORIGINAL ? undefined : `${answer} answers`;
    });
    await settled(world);
  });

  it('gets a replica that goes again before it was made is followed', async () => {
    const { world } = await aShop();
    world.platform.scaleSlowly(API, 'api', 'b');
    await until(() => (world.platform.agentsWaitedFor.has('b') ? undefined : 'no agent is on its way'));
    world.platform.scale(API, 'api');
    await settled(world);
  });

  it('is only just being started is waited for', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    world.platform.scale(API);
    world.platform.scaleSlowly(API, 'api');
    const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    await until(() => (world.platform.agentsWaitedFor.has('api') ? undefined : 'no agent is on its way'));
    world.platform.started(API);
    await session.ready();
    expect(session.hasSaid('ready')).toBe(true);
    await settled(world);
  });

  it('is never started is given up after a while, with what is known of it', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    world.platform.scale(API);
    world.platform.scaleSlowly(API, 'api');
    const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    const failure = await session.ended;
    expect(failure?.code).toBe('target-unsupported');
    expect(failure?.message).toMatch(
      /cannot be bridged: nothing of it has a network, 30 s after it was found$/,
    );
    expect(failure?.evidence).toEqual(['api: is being started']);
  });

  it('is scaled before it was followed is bridged wherever it runs', async () => {
    const { world } = await aShop();
    for (const places of [['api', 'b', 'c'], [], ['b', 'c'], ['c'], ['api', 'c'], ['b']]) {
      world.platform.scale(API, ...places);
      await pass(30);
    }
    await settled(world);
  });

  it('loses the replica for outbound traffic takes another', async () => {
    const { world } = await aShop();
    world.platform.scale(API, 'api', 'b');
    await settled(world);
    const [first] = world.platform.placesOf(API);
    world.platform.killAgent(first?.id ?? '');
    await pass(50);
    await settled(world);
  });

  it('is not ready says that nobody answers while the service does not', async () => {
    const { world, session, app } = await aShop();
    world.platform.setReady(API, false);
    app.exit(1);
    await settled(world);
    const reason = async () => (await session.status()).bridges[0]?.reason;
    expect(await reason()).toBe(
      'the service has ended (exit code 1), and nobody answers: no replica of the target is ready',
    );
    world.platform.setReady(API, true);
    await settled(world);
    expect(await reason()).toBe('the service has ended (exit code 1), the original answers');
  });

  it('is sent nothing says why, once that has lasted, and no longer when it is', async () => {
    const { world, session } = await aShop();
    world.platform.setReady(API, false);
    world.platform.closeWay(API, { why: 'no pod of it is ready', remedy: 'kubectl patch' });
    const reason = async () => (await session.status()).bridges[0]?.reason;
    await pass(2000);
    expect(await reason()).toBe('');
    await until(async () => ((await reason()) === '' ? 'it does not say' : undefined));
    expect(await reason()).toBe('no pod of it is ready; what makes it: kubectl patch');
    world.platform.closeWay(API, undefined);
    await settled(world);
  });

  it('is removed and comes back is followed', async () => {
    const { world, session } = await aShop();
    world.platform.removeTarget(API);
    await settled(world);
    expect(await session.status()).toMatchObject({
      bridges: [{ state: 'lost', reason: 'the target is not running, so that nobody answers' }],
    });
    world.platform.addTarget(API);
    await settled(world);
  });

  it('restarts while it is joined is followed', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    // As an agent takes its time to be placed.
    world.platform.slowDown(() => pass(100));
    const session = world.start(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    await until(() => (world.agents.places().length > 0 ? undefined : 'no agent is placed'));
    world.platform.restart(API);
    await session.ready();
    expect(session.isOver).toBe(false);
    await settled(world);
  });

  it('is refused for a while is followed afterwards', async () => {
    const { world } = await aShop();
    world.platform.removeTarget(API);
    world.platform.refuse(API, 'host network');
    await pass(2000);
    world.platform.removeTarget(API);
    world.platform.addTarget(API);
    await settled(world);
  });

  it('restarts after the watch has ended alone follows it', async () => {
    const { world } = await aShop();
    world.platform.endWatches();
    await pass(10);
    world.platform.restart(API);
    await settled(world);
  });

  it('restarts after watches were refused follows it', async () => {
    const { world } = await aShop();
    for (let times = 0; times < 3; times += 1) world.platform.failNext('watchTarget', refusal);
    world.platform.endWatches();
    await pass(10);
    world.platform.restart(API);
    await settled(world);
  });

  it('cannot be watched at first is followed later', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    world.platform.failNext('watchTarget', refusal);
    await world.up(aWorkspace('shop', aServingService(await freePort(), { [API]: port })));
    await pass(100);
    world.platform.restart(API);
    await settled(world);
  });

  it('cannot be looked for when it restarts is followed later', async () => {
    const { world } = await aShop();
    for (let times = 0; times < 2; times += 1) world.platform.failNext('resolveTarget', refusal);
    world.platform.restart(API);
    await settled(world);
  });

  it('cannot get an agent when it restarts gets one later', async () => {
    const { world } = await aShop();
    for (let times = 0; times < 2; times += 1) world.platform.failNext('placeAgent', refusal);
    world.platform.restart(API);
    await settled(world);
  });

  it('restarts while its platform is away is followed when that is back', async () => {
    const { world } = await aShop();
    world.platform.goAway();
    world.platform.restart(API);
    await pass(4000);
    world.platform.comeBack();
    await settled(world);
  });

  it('stays while its platform is away is bridged all the time', async () => {
    const { world, answer } = await aShop();
    world.platform.goAway();
    await pass(4000);
    expect(await answer()).toBe('shop/app');
    world.platform.comeBack();
    await settled(world);
  });

  it('loses its agent while its platform is away gets another when that is back', async () => {
    const { world, place } = await aShop();
    world.platform.goAway();
    world.platform.killAgent(place().id);
    await pass(4000);
    world.platform.comeBack();
    await settled(world);
  });
});
