import { describe, expect, it } from 'vitest';
import { containerName } from '../../../src/model/identity.ts';
import type { Service } from '../../../src/model/workspace.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL } from './world.ts';

/** Two workloads with a port each, and two ports for services. */
async function twoTargets() {
  const world = aWorld();
  const api = await world.addTarget('container/api');
  const web = await world.addTarget('container/web');
  const [local, other] = [await freePort(), await freePort()];
  const answers = async () => {
    const ask = async (target: string, port: number) =>
      world.agents.at(world.platform.placesOf(target)[0]?.id ?? '').ask(port);
    return [await ask('container/api', api), await ask('container/web', web)];
  };
  const app = (bridges: Readonly<Record<string, number>>, fields: Partial<Service> = {}) =>
    aServingService(local, bridges, { name: 'app', ...fields });
  const desk = (bridges: Readonly<Record<string, number>>) =>
    aServingService(other, bridges, { name: 'desk' });
  return { world, api, web, local, other, app, desk, answers };
}

describe('a session whose file', () => {
  it('names another port of the service bridges to that', async () => {
    const { world, api, app, other, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    const service = aServingService(other, { 'container/api': api });
    await session.converge(aWorkspace('shop', service));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
  });

  it('names another target bridges that', async () => {
    const { world, api, web, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    await session.converge(aWorkspace('shop', app({ 'container/web': web })));
    await settled(world);
    expect(await answers()).toEqual([ORIGINAL, 'shop/app']);
    await until(async () =>
      (await world.platform.listAgents()).length === 1 ? undefined : 'the other stays',
    );
  });

  it('names a further target bridges both', async () => {
    const { world, api, web, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await session.converge(aWorkspace('shop', app({ 'container/api': api, 'container/web': web })));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', 'shop/app']);
    await session.converge(aWorkspace('shop', app({ 'container/web': web })));
    await settled(world);
    expect(await answers()).toEqual([ORIGINAL, 'shop/app']);
  });

  it('names one service less gives back what that had', async () => {
    const { world, api, web, app, desk, answers } = await twoTargets();
    const both = [app({ 'container/api': api }), desk({ 'container/web': web })];
    const session = await world.up(aWorkspace('shop', ...both));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', 'shop/desk']);
    await session.converge(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
    await session.converge(aWorkspace('shop', ...both));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', 'shop/desk']);
  });

  it('moves a bridge from one service to another', async () => {
    const { world, api, app, desk, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api }), desk({})));
    await settled(world);
    await session.converge(aWorkspace('shop', app({}), desk({ 'container/api': api })));
    await settled(world);
    expect(await answers()).toEqual(['shop/desk', ORIGINAL]);
    await session.converge(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
  });

  it('swaps the bridges of two services', async () => {
    const { world, api, web, app, desk, answers } = await twoTargets();
    const session = await world.up(
      aWorkspace('shop', app({ 'container/api': api }), desk({ 'container/web': web })),
    );
    await settled(world);
    await session.converge(aWorkspace('shop', app({ 'container/web': web }), desk({ 'container/api': api })));
    await settled(world);
    expect(await answers()).toEqual(['shop/desk', 'shop/app']);
  });

  it('changes a service makes it anew, and the bridge goes on', async () => {
    const { world, api, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    await session.converge(
      aWorkspace('shop', app({ 'container/api': api }, { environment: { NEW: 'yes' } })),
    );
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
  });

  it('changes what the way is made of makes all of it anew', async () => {
    const { world, api, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    const extraHosts = [{ name: 'db', address: '10.0.0.1' }];
    await session.converge(aWorkspace('shop', app({ 'container/api': api }, { extraHosts })));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
  });

  it('names a target that is not there tells so, and a pass would mend it later', async () => {
    const { world, api, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    const missing = aWorkspace('shop', app({ 'container/api': api, 'container/later': 80 }));
    expect(await session.converge(missing)).toEqual(['target-not-found']);
    expect((await session.plan()).map(({ resource }) => resource)).toContain('agent/container/later');
    await session.converge(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
  });

  it('asks for what cannot be had changes nothing, and says so', async () => {
    const { world, api, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    const missing = app({ 'container/api': api }, { image: 'nowhere:1', pullPolicy: 'never' });
    await expect(session.converge(aWorkspace('shop', missing))).rejects.toThrow('its pull_policy is never');
    expect(session.told()).toContain('the change is not made; everything goes on as before');
    expect(await answers()).toEqual(['shop/app', ORIGINAL]);
    await session.converge(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
  });

  it('changes many times in a row ends up as the last one says', async () => {
    const { world, api, web, app, desk, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    const files = [
      [app({ 'container/web': web })],
      [app({}), desk({ 'container/api': api })],
      [desk({ 'container/api': api, 'container/web': web })],
      [app({ 'container/api': api }), desk({ 'container/web': web })],
    ];
    const passes: Promise<unknown>[] = [];
    for (const services of files) {
      passes.push(session.converge(aWorkspace('shop', ...services)));
      await pass(15);
    }
    await Promise.all(passes);
    await settled(world);
    expect(await answers()).toEqual(['shop/app', 'shop/desk']);
  });

  it('changes twice while a gateway ends ends up as the last one says', async () => {
    const { world, api, web, app, answers } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    world.engine.slowDown(() => pass(50));
    const first = session.converge(
      aWorkspace('shop', app({ 'container/api': api }, { environment: { A: '1' } })),
    );
    await pass(20);
    const second = session.converge(aWorkspace('shop', app({ 'container/web': web })));
    await pass(20);
    world.engine.kill(containerName('shop', 'app', 'gateway'));
    await Promise.all([first, second]);
    await settled(world);
    expect(await answers()).toEqual([ORIGINAL, 'shop/app']);
  });

  it('changes while a new target restarts ends up as it says', async () => {
    const { world, api, web, app, desk } = await twoTargets();
    const session = await world.up(aWorkspace('shop', app({ 'container/api': api })));
    await settled(world);
    const converging = session.converge(
      aWorkspace('shop', app({ 'container/web': web }), desk({ 'container/api': api })),
    );
    await pass(10);
    world.platform.restart('container/web');
    await converging;
    await settled(world);
  });
});
