import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogFollower } from '../../../src/session/log-follower.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { FakeEngine } from '../../fakes/index.ts';

// Each run writes at a moment of its own.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine whose containers write one line at each start, and a follower of them. */
function aFollower() {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const happens = new EventEmitter();
  let runs = 0;
  engine.program('shop:dev', (process) => {
    runs += 1;
    process.write('stdout', `run ${runs}`);
    process.ended.addEventListener('abort', () => happens.emit('end'));
    process.exit(0);
  });
  const follower = new LogFollower(engine, (event) => {
    if (event.type === 'log') happens.emit('line', `${event.service}: ${event.line}`);
  });
  return {
    create: (name: string) => engine.createContainer(aContainerSpec({ name })),
    run: async (id: string) => {
      vi.setSystemTime(Date.now() + 10);
      await Promise.all([once(happens, 'end'), engine.startUnit(id)]);
    },
    nextLine: async (id: string) => {
      const line = once(happens, 'line');
      follower.follow('app', id);
      return (await line)[0];
    },
  };
}

it('passes each line on once, over restarts of a container and when it is replaced', async () => {
  const { create, run, nextLine } = aFollower();
  const first = await create('first');
  await run(first);
  expect(await nextLine(first)).toBe('app: run 1');
  await run(first);
  expect(await nextLine(first)).toBe('app: run 2');
  const second = await create('second');
  await run(second);
  expect(await nextLine(second)).toBe('app: run 3');
});
