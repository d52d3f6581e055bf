import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/model/workspace.ts';
import type { Reading } from '../../../src/session/index.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';
import { pass } from './flying-clock.ts';
import { aWorld } from './world.ts';

// `devenv up SERVICE…` in a session that runs: what is named comes to what there is.

/** As a command has read it that names these. */
function naming(...services: readonly string[]): Reading {
  return { directory: '/', environment: {}, choice: { services }, files: [] };
}

const [app, desk, mail] = ['app', 'desk', 'mail'].map((name) => aService({ name })) as [
  Service,
  Service,
  Service,
];

describe('services that are named', () => {
  it('come to what a session has, which stays as it is', async () => {
    const session = await aWorld().up(aWorkspace('shop', app, mail));
    const services = async () => (await session.status()).services.map(({ name }) => name);
    const before = await session.status();
    const asked = aWorkspace('shop', desk);
    const planned = (await session.plan(asked, true)).map(({ verb, resource }) => `${verb} ${resource}`);
    expect(planned).toEqual(['create gateway/desk', 'create container/desk']);
    await session.converge(asked, naming('desk'));
    expect((await services()).toSorted()).toEqual(['app', 'desk', 'mail']);
    expect((await session.status()).services.slice(0, 2)).toEqual(before.services);
    // What names none has all of its file, and nothing else.
    await session.converge(aWorkspace('shop', app));
    expect(await services()).toEqual(['app']);
  });

  it('are all made that are asked for while a pass runs', async () => {
    const session = await aWorld().up(aWorkspace('shop', app));
    const first = session.converge(aWorkspace('shop', app, aService({ name: 'first' })));
    await Promise.all([
      first,
      session.converge(aWorkspace('shop', desk), naming('desk')),
      session.converge(aWorkspace('shop', mail), naming('mail')),
    ]);
    const names = (await session.status()).services.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['app', 'desk', 'first', 'mail']);
  });
});

it('nothing is made for whoever asks before the session has looked what stands in the way', async () => {
  const world = aWorld();
  world.engine.slowDown(() => pass(100));
  const session = world.startOn(aWorkspace('shop', app));
  await pass(20);
  const asked = session.converge(aWorkspace('shop', desk), naming('desk'));
  await Promise.all([session.ready(), asked]);
  const plans = session.events.flatMap((event) =>
    event.type === 'plan' ? [event.steps.map(({ resource }) => resource)] : [],
  );
  expect(plans).toEqual([
    ['network', 'gateway/app', 'container/app'],
    ['gateway/desk', 'container/desk'],
  ]);
});
