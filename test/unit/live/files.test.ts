import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import type { CarriedFile } from '../../../src/common/tar.ts';
import type { WorkloadMount } from '../../../src/model/workspace.ts';
import { aTarget, aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { API } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld } from './world.ts';

const secrets: WorkloadMount = {
  kind: 'workload',
  from: aTarget(API),
  source: '/run/secrets',
  target: '/run/secrets',
};

/** Long enough for directories to be looked at again, and then some; milliseconds. */
const LOOKED_AGAIN_MS = 25_000;

/** A shop whose service has a directory of its workload with one file, and a session that has it up. */
async function aShopWithFiles(isOnMachine = false) {
  const world = aWorld();
  const port = await world.addTarget(API);
  world.platform.setFiles(API, [aFile('token', 'first')]);
  const own = await freePort();
  const kind = isOnMachine ? { image: '', process: ['serve', String(own)] } : {};
  const service = aServingService(own, { [API]: port }, { volumes: [secrets], ...kind });
  const session = await world.up(aWorkspace('shop', service));
  await settled(world);
  const files = () => world.memory.filesOf('shop', 'app');
  const has = (content: string) =>
    until(() => (files()['token'] === content ? undefined : `it has ${JSON.stringify(files())}`));
  const warnings = () => session.events.filter(({ type }) => type === 'warning').length;
  return { world, session, service, has, files, warnings };
}

function aFile(path: string, text: string): CarriedFile {
  return { path, content: Buffer.from(text), mode: 0o644, uid: 0, gid: 0, link: undefined };
}

describe('a session whose service has files of its workload', () => {
  it('brings them before the service starts, and follows them', async () => {
    const { world, session, has, files } = await aShopWithFiles();
    expect(files()).toEqual({ token: 'first' });
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await has('second');
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('brings them to a program of this machine, too, and to a new network in place of one that is gone', async () => {
    const { world, session, has } = await aShopWithFiles(true);
    await has('first');
    world.engine.kill('gefyra-shop.app.gateway');
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await has('second');
    await settled(world);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('has one alone behind a link, and follows it', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    world.platform.setFiles(API, [aFile('', 'first')]);
    const mount = { ...secrets, source: '/etc/app.conf', target: '/etc/my.conf' };
    const service = aServingService(await freePort(), { [API]: port }, { volumes: [mount] });
    const session = await world.up(aWorkspace('shop', service));
    await settled(world);
    const name = 'gefyra-shop.app';
    const memory = '/run/gefyra-devenv-files/0';
    expect(world.engine.filesIn(name)).toMatchObject([
      { target: '/etc/my.conf', link: `${memory}/app.conf` },
    ]);
    expect(world.engine.specOf(name).mounts).toMatchObject([{ target: memory, readOnly: true }]);
    expect(world.memory.filesOf('shop', 'app')).toEqual({ 'app.conf': 'first' });
    world.platform.setFiles(API, [aFile('', 'second')]);
    await until(() =>
      world.memory.filesOf('shop', 'app')['app.conf'] === 'second' ? undefined : 'it is old',
    );
    await session.down();
  });

  it('follows them over a restart of the target', async () => {
    const { world, has } = await aShopWithFiles();
    world.platform.restart(API);
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await has('second');
    await settled(world);
  });

  it('leaves them as they are while the target is away, says so once, and follows it when it is back', async () => {
    const { world, has, files, warnings } = await aShopWithFiles();
    world.platform.removeTarget(API);
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await pass(3 * LOOKED_AGAIN_MS);
    expect(files()).toEqual({ token: 'first' });
    expect(warnings()).toBe(1);
    world.platform.addTarget(API);
    await has('second');
    await settled(world);
  });

  it('brings them again into a gateway that is made anew', async () => {
    const { world, has } = await aShopWithFiles();
    world.engine.kill('gefyra-shop.app.gateway');
    await settled(world);
    await has('first');
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await has('second');
  });

  it('says once that they cannot be put in place, and puts them there when it can', async () => {
    const { world, has, warnings } = await aShopWithFiles();
    world.memory.trouble = 'no space left';
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await pass(3 * LOOKED_AGAIN_MS);
    expect(warnings()).toBe(1);
    world.memory.trouble = undefined;
    await has('second');
    await settled(world);
  });

  it('says once that the engine is away, and puts them there when it is back', async () => {
    const { world, has, warnings } = await aShopWithFiles();
    world.engine.goAway();
    world.platform.setFiles(API, [aFile('token', 'second')]);
    await pass(3 * LOOKED_AGAIN_MS);
    expect(warnings()).toBe(1);
    world.engine.comeBack();
    await has('second');
    await settled(world);
  });

  it('fails its first pass when they cannot be read, and leaves nothing', async () => {
    const world = aWorld();
    const port = await world.addTarget(API);
    const error = new DevenvError({ code: 'files-unreadable', message: 'no tar', owner: 'environment' });
    world.platform.failNext('readFiles', error);
    const service = aServingService(await freePort(), { [API]: port }, { volumes: [secrets] });
    const session = world.start(aWorkspace('shop', service));
    expect(await session.ended).toMatchObject({ code: 'files-unreadable' });
    expect(await world.leftovers()).toEqual([]);
  });

  it('ends well while they are read', async () => {
    const { world, session } = await aShopWithFiles();
    world.platform.slowDown(() => pass(500));
    await pass(10_000);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('has them no more when the file does not ask for them, and again when it does', async () => {
    const { world, session, service, has, files } = await aShopWithFiles();
    await session.converge(aWorkspace('shop', { ...service, volumes: [] }));
    await settled(world);
    expect(files()).toEqual({});
    await session.converge(aWorkspace('shop', service));
    await has('first');
    await settled(world);
  });
});
