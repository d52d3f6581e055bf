import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { containerName } from '../../../src/model/identity.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { API } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, ORIGINAL } from './world.ts';

const WEB = 'container/web';

/** Two services, each with a bridge of its own. */
async function twoServices() {
  const world = aWorld();
  const [api, web] = [await world.addTarget(API), await world.addTarget(WEB)];
  const app = aServingService(await freePort(), { [API]: api }, { name: 'app' });
  const other = aServingService(await freePort(), { [WEB]: web }, { name: 'other' });
  // Its program is not in its image yet.
  world.engine.addImage('later:1', { executables: ['another'] });
  const mend = () => world.engine.addImage('later:1', { executables: ['serve'] });
  const answerAt = (target: string, port: number) => {
    const [place] = world.platform.placesOf(target);
    return place === undefined ? Promise.resolve('nobody') : world.agents.at(place.id).ask(port);
  };
  return {
    world,
    mend,
    app,
    other,
    answerOfApi: () => answerAt(API, api),
    answerOfWeb: () => answerAt(WEB, web),
  };
}

const errorsIn = (events: readonly { readonly type: string }[]) =>
  events.filter(({ type }) => type === 'error');

describe('a service that fails at the start', () => {
  it('leaves the others standing, is told once, and comes when what was in its way is gone', async () => {
    const { world, mend, app, other, answerOfApi, answerOfWeb } = await twoServices();
    const session = await world.up(aWorkspace('shop', app, { ...other, image: 'later:1' }));
    await until(async () => ((await answerOfApi()) === 'shop/app' ? undefined : 'app does not answer'));
    expect(await answerOfWeb()).toBe(ORIGINAL);
    await pass(120_000);
    expect(errorsIn(session.events)).toMatchObject([{ error: { code: 'container-failed' } }]);
    expect(session.events).toContainEqual({
      type: 'session',
      state: 'incomplete',
      reason: 'container/other',
    });
    mend();
    const part = world.services.named('shop', 'other');
    await until(() => (part.isRunning ? undefined : 'other does not run'), 60_000);
    await settled(world);
    expect(await answerOfWeb()).toBe('shop/other');
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('for want of variables of a workload leaves the others standing, and comes when they can be read', async () => {
    const { world, app, other, answerOfApi, answerOfWeb } = await twoServices();
    const target = { kind: 'container', path: ['web'] } as const;
    const error = new DevenvError({
      code: 'cluster-unreachable',
      message: 'no answer',
      owner: 'environment',
    });
    for (let times = 0; times < 3; times += 1) world.platform.failNext('readEnvironment', error);
    const session = await world.up(
      aWorkspace('shop', app, { ...other, envFrom: [{ target, include: ['*'], exclude: [] }] }),
    );
    await until(async () => ((await answerOfApi()) === 'shop/app' ? undefined : 'app does not answer'));
    expect(errorsIn(session.events)).toMatchObject([{ error: { code: 'cluster-unreachable' } }]);
    await until(
      async () => ((await answerOfWeb()) === 'shop/other' ? undefined : 'web does not answer'),
      60_000,
    );
    // What was read once serves when it cannot be read again.
    for (let times = 0; times < 3; times += 1) world.platform.failNext('readEnvironment', error);
    world.engine.kill(containerName('shop', 'other', 'service'));
    await session.converge(session.workspace);
    await settled(world);
    expect(await answerOfWeb()).toBe('shop/other');
    expect(session.told()).toContain('those read before are used');
    await session.down();
  });

  it('gives everything back when none of them stands', async () => {
    const { world, other } = await twoServices();
    const session = await world.up(aWorkspace('shop', { ...other, image: 'later:1' }));
    expect((await session.ended)?.code).toBe('container-failed');
    expect(await world.leftovers()).toEqual([]);
  });

  it('gives everything back, of the others too, where that is asked for', async () => {
    const { world, app, other } = await twoServices();
    const session = await world.up(aWorkspace('shop', app, { ...other, image: 'later:1' }), {
      abortOnFailure: true,
    });
    expect((await session.ended)?.code).toBe('container-failed');
    expect(await world.leftovers()).toEqual([]);
  });

  it('does not take those along that have ended by themselves', async () => {
    const { world, mend, app, other } = await twoServices();
    const once = aService({ name: 'once', image: 'shop:dev', command: ['serve'] });
    await world.up(aWorkspace('shop', app, once, { ...other, image: 'later:1' }));
    world.services.named('shop', 'once').exit(0);
    await pass(30_000);
    mend();
    await until(
      () => (world.services.named('shop', 'other').isRunning ? undefined : 'other does not run'),
      60_000,
    );
    expect(world.services.named('shop', 'once').isRunning).toBe(false);
  });
});

describe('a pass for a saved file that fails', () => {
  it('is tried again until it succeeds', async () => {
    const { world, app, other, answerOfWeb } = await twoServices();
    const session = await world.up(aWorkspace('shop', app));
    await settled(world);
    const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });
    world.engine.failNext('listNetworks', refusal);
    session.workspace = aWorkspace('shop', app, other);
    await expect(session.converge(session.workspace)).rejects.toMatchObject({ code: 'engine-failed' });
    await settled(world);
    expect(await answerOfWeb()).toBe('shop/other');
    expect(errorsIn(session.events)).toHaveLength(1);
  });

  it('gives way to what is wanted later', async () => {
    const { world, app, other, answerOfApi } = await twoServices();
    const session = await world.up(aWorkspace('shop', app));
    expect(await session.converge(aWorkspace('shop', app, { ...other, image: 'later:1' }))).toEqual([
      'container-failed',
    ]);
    await session.converge(aWorkspace('shop', app));
    await settled(world);
    expect(await answerOfApi()).toBe('shop/app');
    expect((await session.status()).services.map(({ name }) => name)).toEqual(['app']);
  });
});

it('a start that takes longer than it may gives everything back', async () => {
  const { world, app } = await twoServices();
  // One that never listens.
  world.engine.program('gateway', () => {});
  const session = world.startOn(aWorkspace('shop', app), { startWithinMs: 20_000 });
  await until(() => (session.isOver ? undefined : 'it is not over'), 120_000);
  expect((await session.ended)?.code).toBe('deadline-passed');
});
