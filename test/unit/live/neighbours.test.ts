import { describe, expect, it } from 'vitest';
import { neighbourAddresses } from '../../../src/programs/index.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass } from './flying-clock.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld } from './world.ts';

/** A program of this machine, a container beside it, and a session that has them up. */
async function neighbours(isWithinWorkload = true) {
  const world = aWorld();
  const [api, data] = [await world.addTarget('container/api'), await world.addTarget('container/data')];
  const [local, port] = [await freePort(), await freePort()];
  const command = ['serve', String(local)];
  const app = aServingService(local, { 'container/api': api }, { name: 'app', image: '', process: command });
  const db = aServingService(port, isWithinWorkload ? { 'container/data': data } : {}, { name: 'db' });
  const session = await world.up(aWorkspace('shop', app, db));
  await settled(world);
  const addresses = neighbourAddresses(['app', 'db']);
  const ask = async (from: string, to: string) =>
    (await world.gateways.of('shop', from)?.ask(to === 'db' ? port : local, addresses.get(to))) ?? 'no way';
  return { world, session, app, db, ask };
}

describe('a program of this machine and a container', () => {
  it.each([
    ['in a workload’s network', true],
    ['in none', false],
  ])('reach each other through the session, and leave nothing: %s', async (_, isWithinWorkload) => {
    const { world, session, ask } = await neighbours(isWithinWorkload);
    expect(await ask('app', 'db')).toBe('shop/db');
    expect(await ask('db', 'app')).toBe('shop/app');
    await session.down();
    expect(await world.leftovers()).toEqual([]);
    expect(world.strayErrors()).toEqual([]);
  });

  it('reach each other again whatever becomes of their gateways', async () => {
    const { world, ask } = await neighbours();
    expect(await ask('app', 'db')).toBe('shop/db');
    world.gateways.of('shop', 'db')?.restart();
    await settled(world);
    expect(await ask('app', 'db')).toBe('shop/db');
    for (const role of ['from-neighbours', 'to-neighbours'] as const)
      for (const service of ['app', 'db']) world.gateways.of('shop', service)?.cut(role);
    await pass(500);
    expect(await ask('app', 'db')).toBe('shop/db');
    world.engine.kill('gefyra-shop.db.gateway');
    await settled(world);
    expect(await ask('app', 'db')).toBe('shop/db');
    expect(await ask('db', 'app')).toBe('shop/app');
  });

  it('in no workload’s network begins to reach the program when that comes into the file', async () => {
    const { world, session, app, db, ask } = await neighbours(false);
    await session.converge(aWorkspace('shop', db));
    await settled(world);
    expect(await ask('db', 'app')).toBe('no way');
    await session.converge(aWorkspace('shop', app, db));
    await settled(world);
    expect(await ask('db', 'app')).toBe('shop/app');
    expect(await ask('app', 'db')).toBe('shop/db');
  });

  it('are refused where nothing listens, or where the other is not in the file any more', async () => {
    const { world, session, app, db, ask } = await neighbours();
    world.services.named('shop', 'db').stopListening();
    expect(await ask('app', 'db')).toBe('nobody');
    world.services.named('shop', 'db').listen();
    await session.converge(aWorkspace('shop', app));
    await settled(world);
    expect(await ask('app', 'db')).toBe('nobody');
    await session.converge(aWorkspace('shop', app, db));
    await settled(world);
    expect(await ask('app', 'db')).toBe('shop/db');
  });
});
