import { describe, expect, it } from 'vitest';
import { namespaceOwner } from '../../../src/model/identity.ts';
import { Restarts } from '../../../src/session/restarts.ts';
import { serviceStatus } from '../../../src/session/service-status.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { aService } from '../../builders/workspace.ts';
import { FakeEngine } from '../../fakes/index.ts';

const never = new AbortController().signal;

async function anEngine(spec: Parameters<typeof aContainerSpec>[0] = {}) {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const id = await engine.createContainer(aContainerSpec({ name: 'gefyra-shop.app', ...spec }));
  await engine.startUnit(id);
  return { engine, id };
}

describe('how a service is', () => {
  it('is told with the numbers that the engine chose for its ports', async () => {
    const { engine } = await anEngine();
    const ports = [{ hostIp: '127.0.0.1', published: undefined, target: 8080, protocol: 'tcp' as const }];
    await engine.startUnit(
      await engine.createContainer(aContainerSpec({ name: namespaceOwner('shop', 'app'), ports })),
    );
    expect(await serviceStatus(engine, 'shop', 'app')).toMatchObject({
      name: 'app',
      container: 'gefyra-shop.app',
      state: 'running',
      startedAt: expect.any(Number),
      ports: [{ hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' }],
    });
  });

  it('is missing where there is none', async () => {
    const status = await serviceStatus(new FakeEngine(), 'shop', 'app');
    expect(status).toMatchObject({ state: 'missing', ports: [] });
  });

  it('has the verdict of its health test while it runs', async () => {
    const healthcheck = { kind: 'test', test: ['CMD', 'true'] } as never;
    const { engine, id } = await anEngine({ healthcheck });
    expect(await serviceStatus(engine, 'shop', 'app')).toMatchObject({ health: 'starting' });
    engine.kill(id);
    expect((await serviceStatus(engine, 'shop', 'app')).health).toBeUndefined();
  });

  it('has exit code and want of memory of its end, with and without a session', async () => {
    const { engine, id } = await anEngine();
    engine.kill(id, { outOfMemory: true });
    const status = await serviceStatus(engine, 'shop', 'app');
    expect(status).toMatchObject({
      state: 'exited',
      lastEnd: { exitCode: 137, outOfMemory: true, at: expect.any(Number) },
    });
    expect(status.next).toBeUndefined();
  });
});

describe('what becomes of a service that has ended', () => {
  async function endedOnce(restart: Parameters<typeof aService>[0]) {
    const { engine, id } = await anEngine();
    const restarts = new Restarts(engine, () => {}, never);
    engine.kill(id);
    const stopped = new Set<string>();
    const status = () => serviceStatus(engine, 'shop', 'app', { restarts, stopped });
    const ended = async () => {
      const container = await engine.findUnit(id);
      if (container === undefined) throw new Error('it is gone');
      return restarts.ended(aService({ name: 'app', ...restart }), container);
    };
    return { engine, id, status, ended, stopped };
  }

  it('is not known before its session has seen the end', async () => {
    const { status } = await endedOnce({ restart: { kind: 'no' } });
    expect((await status()).next).toBeUndefined();
  });

  it('is nothing, where somebody has stopped it, and it is called stopped', async () => {
    const { engine, id, status, stopped } = await endedOnce({ restart: { kind: 'always' } });
    stopped.add('app');
    expect(await status()).toMatchObject({
      state: 'stopped',
      next: 'nothing',
      lastEnd: { exitCode: 137 },
    });
    await engine.startUnit(id);
    expect(await status()).toMatchObject({ state: 'running', next: undefined });
  });

  it('is nothing, where it is not started again', async () => {
    const { status, ended } = await endedOnce({ restart: { kind: 'no' } });
    expect(await ended()).toBe(false);
    expect(await status()).toMatchObject({ state: 'exited', next: 'nothing' });
  });

  it('is a start where its policy says so, whose cause stays known', async () => {
    const { status, ended } = await endedOnce({ restart: { kind: 'always' } });
    const started = ended();
    expect(await status()).toMatchObject({ state: 'exited', next: 'start' });
    expect(await started).toBe(true);
    const after = await status();
    expect(after).toMatchObject({ state: 'running', restarts: 1, lastEnd: { exitCode: 137 } });
    expect(after.next).toBeUndefined();
  });

  it('is nothing any more after the attempts that the file grants', async () => {
    const { engine, id, status, ended } = await endedOnce({ restart: { kind: 'on-failure', attempts: 1 } });
    expect(await ended()).toBe(true);
    engine.kill(id);
    expect((await status()).next).toBeUndefined();
    expect(await ended()).toBe(false);
    expect(await status()).toMatchObject({ next: 'nothing', restarts: 1, lastEnd: { exitCode: 137 } });
  });
});
