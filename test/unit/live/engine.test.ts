import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { aShop } from './shop.ts';
import { ORIGINAL } from './world.ts';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

describe('a session whose engine', () => {
  it('ends its events alone hears of a gateway that ends afterwards', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.endWatches();
    await pass(10);
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('ends its events in the moment a gateway ends makes it anew', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.endWatches();
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('ends its events alone starts a service again that ends afterwards', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    world.engine.endWatches();
    await pass(10);
    app.exit(1);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    await settled(world);
  });

  it('ends its events in the moment a service ends starts it again', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    world.engine.endWatches();
    app.exit(1);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    await settled(world);
  });

  it('refuses to tell events for a while is heard later', async () => {
    const { world, gatewayContainer } = await aShop();
    for (let times = 0; times < 3; times += 1) world.engine.failNext('watchUnits', refusal);
    world.engine.endWatches();
    await pass(10);
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('cannot be asked about a gateway that ends makes it anew', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.failNext('findUnit', refusal);
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('cannot be asked about a service that ends starts it again', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    world.engine.failNext('findUnit', refusal);
    app.exit(1);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    await settled(world);
  });

  it('cannot be asked for a service that is to be started again starts it later', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    app.exit(1);
    // After the look at why it ended.
    await pass(50);
    world.engine.failNext('findUnit', refusal);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    await settled(world);
  });

  it('cannot start a service again does so later', async () => {
    const { world, session, app } = await aShop({ restart: { kind: 'always' } });
    for (let times = 0; times < 3; times += 1) world.engine.failNext('startUnit', refusal);
    app.exit(1);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    expect(session.events.filter(({ type }) => type === 'warning')).toHaveLength(1);
    await settled(world);
  });

  it('tells events that are asked for anew each minute, of which none is missed', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    for (let times = 0; times < 40; times += 1) {
      await pass(1511);
      if (app.isRunning) app.exit(1);
      await until(() => (app.isRunning ? undefined : 'it does not run'));
    }
    await settled(world);
  });

  it('goes away for a moment is waited for', async () => {
    const { world } = await aShop();
    world.engine.goAway();
    await pass(3000);
    world.engine.comeBack();
    await settled(world);
  });

  it('goes away while a gateway ends makes it anew when it is back', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.goAway();
    world.engine.kill(gatewayContainer);
    await pass(3000);
    world.engine.comeBack();
    await settled(world);
  });

  it('goes away while somebody restarts a gateway, container and all, makes it anew when it is back', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.goAway();
    world.engine.restart(gatewayContainer);
    await pass(3000);
    world.engine.comeBack();
    await settled(world);
  });

  it('goes away while a service ends starts it when it is back', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    world.engine.goAway();
    app.exit(1);
    await pass(3000);
    world.engine.comeBack();
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    await settled(world);
  });

  it('goes away between a gateway that is made anew and its service makes that anew later', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.slowDown(() => pass(20));
    const before = (await world.engine.findUnit(gatewayContainer))?.id;
    world.engine.kill(gatewayContainer);
    await until(async () => {
      const now = await world.engine.findUnit(gatewayContainer);
      return now?.id !== before && now?.state === 'running' ? undefined : 'the old one is there';
    });
    world.engine.goAway();
    await pass(1000);
    world.engine.comeBack();
    await settled(world);
  });

  it('goes away and its gateway loses its streams is joined again when it is back', async () => {
    const { world, gateway } = await aShop();
    world.engine.goAway();
    gateway().cut('control');
    gateway().cut('inbound');
    gateway().cut('outbound');
    await pass(3000);
    world.engine.comeBack();
    await settled(world);
  });

  it('fails while a gateway is made anew tries again', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.failNext('createContainer', refusal);
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('does not say what became of a gateway that ended is asked again', async () => {
    const { world, gatewayContainer } = await aShop();
    world.engine.failNext('findUnit', refusal);
    world.engine.kill(gatewayContainer);
    await settled(world);
  });

  it('is away at the end gets a guardian, and what is live is given back all the same', async () => {
    const { world, session, answer } = await aShop();
    world.engine.goAway();
    session.interrupt();
    expect(await session.ended).toMatchObject({ code: 'engine-unreachable' });
    expect(session.hasSaid('ended')).toBe(true);
    expect(session.guardianDismissed).toBe(false);
    expect(await answer()).toBe(ORIGINAL);
    expect(await world.platform.listAgents()).toEqual([]);
    world.engine.comeBack();
    await session.cleanedUp();
    expect(await world.leftovers()).toEqual([]);
  });
});
