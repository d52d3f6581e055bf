import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BridgeTraffic } from '../../../src/model/observed.ts';
import type { Workspace } from '../../../src/model/workspace.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { aShop, type Shop } from './shop.ts';
import { aWorld, ORIGINAL } from './world.ts';

// `devenv stop` and `devenv start`.

const STOPPED = {
  services: [{ state: 'stopped', next: 'nothing' }],
  bridges: [{ state: 'resting', reason: 'the service is stopped, the original answers' }],
};

async function isStopped({ world, session, container, answer }: Shop): Promise<string> {
  await settled(world);
  expect(await session.status()).toMatchObject(STOPPED);
  expect(await answer()).toBe(ORIGINAL);
  const found = await world.engine.findUnit(container);
  return found?.id ?? 'there is no container';
}

async function answersAgain({ world, answer }: Shop): Promise<void> {
  await settled(world);
  expect(await answer()).toBe('shop/app');
}

describe('a service that is stopped', () => {
  it('answers what is in flight, then the original answers; its container stays until it is started', async () => {
    const shop = await aShop({ restart: { kind: 'always' } });
    const { world, session, app, answer, container } = shop;
    const goOn = app.hold();
    const inFlight = answer();
    await pass(200);
    const stop = session.stop('app');
    await pass(500);
    expect(app.isRunning).toBe(true);
    expect(await answer()).toBe(ORIGINAL);
    goOn();
    expect(await inFlight).toBe('shop/app');
    expect(await stop).toEqual([]);
    expect(app.isRunning).toBe(false);
    const id = await isStopped(shop);
    // Nothing in its life starts it again.
    world.engine.endWatches();
    await session.stop('app');
    await pass(20_000);
    await isStopped(shop);

    expect(await session.start('app')).toEqual([]);
    await answersAgain(shop);
    expect((await world.engine.findUnit(container))?.id).toBe(id);
  });

  it('is not started by its restart policy that was about to', async () => {
    const shop = await aShop({ restart: { kind: 'always' } });
    for (let end = 0; end < 6; end += 1) {
      await until(() => (shop.app.isRunning ? undefined : 'it does not run'));
      shop.app.exit(1);
      await pass(20);
    }
    expect(await shop.session.stop()).toEqual([]);
    await pass(30_000);
    expect(shop.app.isRunning).toBe(false);
    expect((await shop.session.status()).services).toMatchObject([{ state: 'stopped', next: 'nothing' }]);
    await shop.session.start();
    await answersAgain(shop);
  });

  it.each<Partial<BridgeTraffic>>([
    { fallback: { kind: 'wait', ms: 60_000 } },
    { fallback: { kind: 'fail' } },
  ])('leaves all to the original at once, with %j', async (traffic) => {
    const shop = await aShop({}, traffic);
    await shop.session.stop('app');
    const begun = performance.now();
    expect(await shop.answer()).toBe(ORIGINAL);
    expect(performance.now() - begun).toBeLessThan(1000);
    await isStopped(shop);
    await shop.session.start('app');
    await answersAgain(shop);
  });

  it('leaves what waits for it to the original', async () => {
    const shop = await aShop({}, { fallback: { kind: 'wait', ms: 60_000 } });
    shop.app.stopListening();
    await pass(500);
    const waiting = shop.answer();
    await shop.session.stop('app');
    expect(await waiting).toBe(ORIGINAL);
  });

  it('is started by up and by restart, too', async () => {
    const shop = await aShop();
    const { world, session, container } = shop;
    const id = await world.engine.findUnit(container).then((found) => found?.id);
    await session.stop('app');
    await session.restart('app');
    await answersAgain(shop);
    await session.stop('app');
    await session.converge(session.workspace);
    await answersAgain(shop);
    expect((await world.engine.findUnit(container))?.id).toBe(id);
  });

  it('is made anew where the file, or its network, is another meanwhile', async () => {
    const shop = await aShop();
    const { world, session, container, gatewayContainer } = shop;
    const id = await world.engine.findUnit(container).then((found) => found?.id);
    await session.stop('app');
    await world.engine.removeUnit(gatewayContainer);
    await settled(world);
    expect(await isStopped(shop)).toBe(id);
    expect(await session.start('app')).toEqual([]);
    await answersAgain(shop);
    expect((await world.engine.findUnit(container))?.id).not.toBe(id);
  });

  it('is stopped whatever else happens: while a pass runs, and while its gateway dies', async () => {
    const shop = await aShop({ restart: { kind: 'always' } });
    const { world, session, service, gatewayContainer } = shop;
    world.engine.slowDown(() => pass(100));
    for (const happens of [
      () => session.converge(aWorkspace('shop', { ...service, environment: { A: '2' } })),
      () => session.restart('app'),
      async () => world.engine.kill(gatewayContainer),
      async () => world.engine.endWatches(),
      async () => shop.app.exit(1),
    ]) {
      const happening = happens();
      await pass(150);
      await session.stop('app');
      await happening;
      await isStopped(shop);
      await session.start('app');
      await answersAgain(shop);
    }
  });

  it('does not run from the beginning where the first pass has not come to it', async () => {
    const world = aWorld();
    world.engine.slowDown(() => pass(100));
    const session = world.startOn(aWorkspace('shop', aService()));
    await pass(50);
    expect(await session.stop('app')).toEqual([]);
    expect(await session.status()).toMatchObject({ services: [{ state: 'stopped' }] });
    expect(await session.start('app')).toEqual([]);
    expect(await session.status()).toMatchObject({ services: [{ state: 'running' }] });
  });

  it('must be one there is', async () => {
    const { session } = await aShop();
    await expect(session.stop('api')).rejects.toThrow('there is no service api');
    await expect(session.start('api')).rejects.toThrow('there is no service api');
  });

  it('is said to be needed when somebody starts only what needs it', async () => {
    const on = { service: 'db', condition: 'service_started', required: true, restart: true } as const;
    const services = [aService({ name: 'db' }), aService({ dependsOn: [on] })];
    const session = await aWorld().up(aWorkspace('shop', ...services));
    const states = async () => (await session.status()).services.map(({ state }) => state);
    await session.stop();
    expect(await states()).toEqual(['stopped', 'stopped']);
    await session.start('app');
    expect(await states()).toEqual(['stopped', 'running']);
    expect(session.events).toContainEqual({
      type: 'warning',
      message: 'service db is needed, and stays stopped',
      hint: '`devenv start db` starts it as well',
    });
    await session.start();
    expect(await states()).toEqual(['running', 'running']);
  });
});

describe('a service that is stopped in a session that another process goes on with', () => {
  it('stays so, and is started there', async () => {
    const shop = await aShop({ restart: { kind: 'always' } });
    const { world, session } = shop;
    await session.stop('app');
    await session.handOver(async (left) => {
      await world.start(session.workspace, session, left).ready();
    });
    const next = { ...shop, session: world.sessions.at(-1) ?? session };
    await isStopped(next);
    await next.session.start('app');
    await answersAgain(next);
    await next.session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('is stopped there when the first process could not any more', async () => {
    const shop = await aShop();
    const { world, session } = shop;
    const goOn = shop.app.hold();
    const inFlight = shop.answer().catch(String);
    await pass(200);
    const stop = session.stop('app').catch(String);
    await pass(200);
    await session.handOver(async (left) => {
      await world.start(session.workspace, session, left).ready();
    });
    goOn();
    await Promise.all([stop, inFlight]);
    await isStopped({ ...shop, session: world.sessions.at(-1) ?? session });
  });
});

it('a file that is saved starts nothing that is stopped, however it has changed', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'stopped-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'gefyra.yaml');
  const app = aService();
  const desk = aService({ name: 'desk' });
  let saved: Workspace = aWorkspace('shop', app, desk);
  const reload = { files: () => [file], areOthers: () => false, load: async () => saved, follow: () => {} };
  const world = aWorld();
  const session = await world.up(saved, { reload });
  await session.stop('app');
  saved = aWorkspace('shop', { ...app, environment: { A: '2' } }, { ...desk, environment: { A: '2' } });
  const desks = () =>
    session.events.filter((event) => event.type === 'step' && event.resource === 'container/desk');
  const before = desks().length;
  await vi.waitFor(
    async () => {
      await writeFile(file, String(Math.random()));
      await vi.waitFor(() => expect(desks().length).toBeGreaterThan(before + 1));
    },
    { timeout: 10_000 },
  );
  expect((await session.status()).services.map(({ state }) => state)).toEqual(['stopped', 'running']);
  await session.start('app');
  const found = await world.engine.findUnit('gefyra-shop.app');
  expect(found).toMatchObject({ state: 'running', environment: { A: '2' } });
});
