import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { applyContainer, runPreStop } from '../../../src/containers/index.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Hook } from '../../../src/model/hook.ts';
import { namespaceOwner } from '../../../src/model/identity.ts';
import { label } from '../../../src/model/labels.ts';
import type { ExecSpec } from '../../../src/runner/index.ts';
import { restartServices } from '../../../src/session/restart-services.ts';
import { Restarts } from '../../../src/session/restarts.ts';
import { StoppedServices } from '../../../src/session/stopped-services.ts';
import { aContainerContext } from '../../builders/container-context.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { aService } from '../../builders/workspace.ts';
import { FakeEngine, type FakeExec } from '../../fakes/index.ts';

const NAME = 'gefyra-shop.app';
const signal = new AbortController().signal;

function aHook(program: string, fields: Partial<Hook> = {}): Hook {
  const ordinary = { user: undefined, privileged: false, workingDir: undefined, environment: {} };
  return { command: [program], ...ordinary, ...fields };
}

/** An engine with the place of a service, and what was done there: `run PROGRAM` of hooks, and calls of the engine. */
async function aPlace(answer: FakeExec = async () => 0) {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const owner = aContainerSpec({ name: namespaceOwner('shop', 'app') });
  await engine.startUnit(await engine.createContainer(owner));
  const events: Event[] = [];
  const done: string[] = [];
  const specs: ExecSpec[] = [];
  engine.answerExec((spec, streams, container) => {
    done.push(`run ${spec.command[0]}`);
    specs.push(spec);
    return answer(spec, streams, container);
  });
  for (const method of ['startUnit', 'stopUnit', 'restartUnit', 'removeUnit'] as const) {
    const own = engine[method].bind(engine) as (id: string, graceMs: number) => Promise<void>;
    Object.assign(engine, {
      [method]: (id: string, graceMs: number) => {
        done.push(method.replace('Unit', ''));
        return own(id, graceMs);
      },
    });
  }
  const context = aContainerContext(engine, events);
  const start = (service = HOOKED) =>
    applyContainer({ kind: 'start-container', service, environment: {} }, context, signal);
  return { engine, context, events, done, specs, start };
}

const HOOKED = aService({
  hooks: { postStart: [aHook('seed'), aHook('warm')], preStop: [aHook('flush'), aHook('leave')] },
});

describe('what runs in a service that has started', () => {
  it('runs after the start, in order, as it is described, and its output is the service’s', async () => {
    const { start, done, specs, events } = await aPlace(
      async ({ command: [program] }, { output, errors }) => {
        output.write(`${program} 1\n${program} 2`);
        errors.write('oh\n');
        return 0;
      },
    );
    const hook = aHook('seed', {
      command: ['seed', '--all'],
      user: '1000',
      privileged: true,
      workingDir: '/data',
      environment: { SIZE: 'small' },
    });
    await start(aService({ hooks: { postStart: [hook, aHook('warm')], preStop: [] } }));
    expect(done).toEqual(['start', 'run seed', 'run warm']);
    expect(specs[0]).toEqual({ ...hook, tty: false });
    const lines = events.flatMap((event) => (event.type === 'log' ? [`${event.stream} ${event.line}`] : []));
    expect(lines.slice(0, 3)).toEqual(['stdout seed 1', 'stderr oh', 'stdout seed 2']);
  });

  it('fails the start when it fails, with its last lines and without values it was given', async () => {
    const { start, done, engine } = await aPlace(async (_, { errors }) => {
      for (let line = 1; line <= 12; line += 1) errors.write(`line ${line}\n`);
      errors.write('no hunter2000');
      return 3;
    });
    const seed = aHook('seed', { environment: { DB_PASSWORD: 'hunter2000' } });
    const failed = start(
      aService({ hooks: { postStart: [seed, aHook('warm')], preStop: [aHook('flush')] } }),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'container-failed',
      message: 'service app: post_start seed (1 of 2) ended with exit code 3',
      evidence: [...[4, 5, 6, 7, 8, 9, 10, 11, 12].map((line) => `line ${line}`), 'no ***'],
      evidenceIs: 'output',
    });
    expect(done).toEqual(['start', 'run seed', 'stop', 'remove']);
    expect(await engine.findUnit(NAME)).toBeUndefined();
  });

  it('fails the start where the program has ended meanwhile, which is what went wrong first', async () => {
    const { start, engine } = await aPlace(async () => {
      engine.kill(NAME);
      return 137;
    });
    await expect(start()).rejects.toMatchObject({
      code: 'container-failed',
      message: 'service app: it ended with exit code 137 before post_start seed (1 of 2) was over',
    });
  });

  it('is left when the start is called off', async () => {
    const { context } = await aPlace(() => new Promise(() => {}));
    const ending = new AbortController();
    const operation = { kind: 'start-container', service: HOOKED, environment: {} } as const;
    const starting = applyContainer(operation, context, ending.signal);
    setTimeout(() => ending.abort(), 20);
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('runs again when the session starts the service again, where a failure is only told', async () => {
    let code = 0;
    const { start, engine, done, events } = await aPlace(async () => code);
    const service = { ...HOOKED, restart: { kind: 'always' } } as const;
    await start(service);
    engine.kill(NAME);
    const found = await engine.findUnit(NAME);
    if (found === undefined) throw new Error('no container');
    code = 1;
    const restarts = new Restarts(engine, (event) => events.push(event), signal);
    expect(await restarts.ended(service, found)).toBe(true);
    await expect
      .poll(() => events.filter(({ type }) => type === 'warning'))
      .toEqual([
        {
          type: 'warning',
          message:
            'service app: post_start seed (1 of 2) ended with exit code 1; it was started again all the same',
        },
      ]);
    expect(done).toEqual(['start', 'run seed', 'run warm', 'start', 'run seed']);
  });
});

describe('what runs in a service that is to be stopped', () => {
  it('runs before it is removed, as its container says, whatever the file says by then', async () => {
    const { start, context, done } = await aPlace();
    await start();
    await applyContainer({ kind: 'remove-container', service: 'app' }, context, signal);
    expect(done.slice(3)).toEqual(['run flush', 'run leave', 'stop', 'remove']);
  });

  it('runs before it is made anew, and when it is restarted between both', async () => {
    const { start, context, done, engine, events } = await aPlace();
    await start();
    await restartServices(['app'], {
      runner: engine,
      project: 'shop',
      services: new Map([['app', HOOKED]]),
      restarting: new Set(),
      stopped: new StoppedServices(() => {}),
      start: async () => [],
      adjust: async () => {},
      report: (event) => events.push(event),
      signal,
      aside: (_, __, work) => {
        done.push('aside');
        return work();
      },
    });
    expect(done.splice(0).slice(3)).toEqual([
      'aside',
      'run flush',
      'run leave',
      'restart',
      'run seed',
      'run warm',
    ]);
    const replace = { kind: 'replace-container', replaces: NAME, service: aService() } as const;
    await applyContainer({ ...replace, environment: {} }, context, signal);
    expect(done).toEqual(['run flush', 'run leave', 'stop', 'remove', 'start']);
  });

  it('does not run where the program has ended by itself', async () => {
    const { start, context, done, engine } = await aPlace();
    await start();
    engine.kill(NAME);
    await applyContainer({ kind: 'remove-container', service: 'app' }, context, signal);
    expect(done.slice(3)).toEqual(['stop', 'remove']);
  });

  it('is told when it fails, and keeps nothing from being stopped', async () => {
    const { start, context, done, events } = await aPlace(async ({ command: [program] }) =>
      program === 'flush' ? 2 : 0,
    );
    await start();
    await applyContainer({ kind: 'remove-container', service: 'app' }, context, signal);
    expect(done.slice(3)).toEqual(['run flush', 'run leave', 'stop', 'remove']);
    expect(events).toContainEqual({
      type: 'warning',
      message: 'service app: pre_stop flush (1 of 2) ended with exit code 2; it is stopped all the same',
    });
  });

  it('is left when it takes longer than the grace', async () => {
    const { engine, context, events, done } = await aPlace(() => new Promise(() => {}));
    const labels = {
      [label.service]: 'app',
      [label.stopGrace]: '10050',
      [label.preStop]: JSON.stringify([aHook('flush'), aHook('leave')]),
    };
    const id = await engine.createContainer(aContainerSpec({ name: NAME, labels }));
    await engine.startUnit(id);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const ran = runPreStop({ id, labels, state: 'running' }, context);
    await vi.advanceTimersByTimeAsync(10_049);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await ran;
    expect(done).toEqual(['start', 'run flush']);
    expect(events).toEqual([
      {
        type: 'warning',
        message: 'service app: pre_stop flush (1 of 2) is not over after 10.05 s; it is stopped all the same',
      },
    ]);
  });

  it.each(['', 'no JSON', '{}'])('is nothing where the label says nothing: %j', async (text) => {
    const { context, done } = await aPlace();
    await runPreStop({ id: NAME, labels: { [label.preStop]: text }, state: 'running' }, context);
    expect(done).toEqual([]);
  });
});
