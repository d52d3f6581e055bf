import { describe, expect, it } from 'vitest';
import { A_HEALTHCHECK } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { aShop } from './shop.ts';
import { ORIGINAL } from './world.ts';

describe('a session whose service', () => {
  it('is killed leaves callers to the original, and would start it again', async () => {
    const { world, session, container, answer } = await aShop();
    world.engine.kill(container);
    await settled(world);
    expect(await answer()).toBe(ORIGINAL);
    expect(await session.plan()).toMatchObject([{ resource: 'container/app', cause: 'it has ended' }]);
    await session.converge(session.workspace);
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('is killed for want of memory says so', async () => {
    const { world, session, container } = await aShop();
    world.engine.kill(container, { outOfMemory: true });
    await settled(world);
    expect(session.told()).toContain('out of memory');
  });

  it('ends says how, and not that nothing listens', async () => {
    const { world, session, app } = await aShop();
    app.exit(3);
    await settled(world);
    expect(await session.status()).toMatchObject({
      bridges: [{ reason: 'the service has ended (exit code 3), the original answers' }],
    });
    await session.converge(session.workspace);
    await settled(world);
  });

  it('ends is not started again when the file does not ask for it', async () => {
    const { world, app } = await aShop();
    app.exit(0);
    await settled(world);
    expect(app.isRunning).toBe(false);
  });

  it('ends is started again when the file asks for it', async () => {
    const { world, app } = await aShop({ restart: { kind: 'always' } });
    for (let times = 0; times < 4; times += 1) {
      app.exit(times);
      await until(() => (app.isRunning ? undefined : 'it does not run'));
    }
    await settled(world);
  });

  it('ends again says what it wrote since it was started again', async () => {
    const { world, session, app } = await aShop({ restart: { kind: 'always' } });
    for (const word of ['first', 'second']) {
      app.say(word);
      app.exit(1);
      await until(() => (app.isRunning ? undefined : 'it does not run'));
    }
    await settled(world);
    expect(session.told()).toContain('exit code 1; last lines: first');
    expect(session.told()).toContain('exit code 1; last lines: second');
  });

  it('ends and cannot be started again is what a pass would start', async () => {
    const { world, app } = await aShop({ restart: { kind: 'on-failure', attempts: 1 } });
    app.exit(1);
    await until(() => (app.isRunning ? undefined : 'it does not run'));
    app.exit(1);
    await settled(world);
    expect(app.isRunning).toBe(false);
  });

  it('is restarted by somebody takes traffic again', async () => {
    const { world, container } = await aShop();
    world.engine.restart(container);
    await pass(1);
    await settled(world);
  });

  it('is restarted on request takes traffic again', async () => {
    const { world, session } = await aShop({ restart: { kind: 'always' } });
    await session.restart('app');
    await settled(world);
    await Promise.all([session.restart(), session.restart('app')]);
    await settled(world);
  });

  it('stops listening rests, and goes on when it listens again', async () => {
    const { world, app, answer } = await aShop();
    app.stopListening();
    await settled(world);
    expect(await answer()).toBe(ORIGINAL);
    app.listen();
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('stops listening and listens again in no time goes on', async () => {
    const { world, app, answer } = await aShop();
    for (const ms of [0, 5, 15, 40, 110, 250]) {
      app.stopListening();
      await pass(ms);
      app.listen();
      await answer();
      await pass(ms);
    }
    await settled(world);
  });

  it('becomes unhealthy rests until it is healthy', async () => {
    const { world, container, answer } = await aShop({ healthcheck: A_HEALTHCHECK });
    world.engine.judge(container, 'unhealthy', 'no disk');
    await settled(world);
    expect(await answer()).toBe(ORIGINAL);
    world.engine.judge(container, 'healthy');
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('becomes unhealthy and is made anew is no longer held unhealthy', async () => {
    const { world, session, container } = await aShop({ healthcheck: A_HEALTHCHECK });
    world.engine.judge(container, 'unhealthy');
    await settled(world);
    world.engine.kill(container);
    await settled(world);
    await session.converge(session.workspace);
    await settled(world);
  });

  it('changes its verdict many times is what it was last', async () => {
    const { world, container, app } = await aShop({ healthcheck: A_HEALTHCHECK });
    for (let times = 0; times < 7; times += 1) {
      world.engine.judge(container, times % 2 === 0 ? 'unhealthy' : 'healthy');
      if (times === 3) app.stopListening();
      await pass(times);
    }
    app.listen();
    await settled(world);
  });

  it('is removed by somebody is what a pass would make', async () => {
    const { world, container } = await aShop();
    await world.engine.removeUnit(container);
    await settled(world);
  });
});
