import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { preflightContainers } from '../../../src/containers/index.ts';
import { label } from '../../../src/model/labels.ts';
import type { Service } from '../../../src/model/workspace.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { aService } from '../../builders/workspace.ts';
import { FakeEngine } from '../../fakes/index.ts';

const BUILD = { context: '/shop', dockerfile: '/shop/Dockerfile', args: {}, target: undefined };
const DEBUGPY = { type: 'debugpy', port: 5678, wait: false, command: undefined } as const;

/** An engine with the image `shop:dev`, whose files are told to be missing. */
function anEngine(): FakeEngine {
  const engine = new FakeEngine();
  engine.addImage('shop:dev', { command: ['uvicorn', 'main:app'] });
  return engine;
}

const looked = (engine: FakeEngine, ...services: readonly Partial<Service>[]) =>
  preflightContainers(
    services.map((fields) => aService(fields)),
    { engine, project: 'shop' },
  );

describe('volumes, before anything is made', () => {
  it('that are to exist already are missed, and no others', async () => {
    const engine = anEngine();
    await engine.createVolume('there', {});
    const settings = { external: true, driver: undefined, driverOptions: {}, labels: {} };
    const volumes = ['there', 'gone'].map((name) => ({
      kind: 'volume' as const,
      name,
      target: `/${name}`,
      readOnly: false,
      settings: { ...settings, engineName: name },
    }));
    const { problems } = await looked(engine, { volumes });
    expect(problems).toMatchObject([
      {
        code: 'volume-not-found',
        message: 'the external volume gone does not exist',
        hint: 'make it: docker volume create gone',
      },
    ]);
  });
});

describe('images, before anything is made', () => {
  it('are as they should be where the engine has them, and nobody is asked', async () => {
    const engine = anEngine();
    engine.failNext('findInRegistry', new Error('nobody asks'));
    expect(await looked(engine, {})).toEqual({ problems: [], warnings: [], later: [] });
  });

  it('that are missing are asked for, all at once', async () => {
    const engine = anEngine();
    engine.publish('there:1');
    const { problems } = await looked(
      engine,
      { name: 'a', image: 'there:1' },
      { name: 'b', image: 'gone:1' },
      { name: 'c', image: 'kept:1', pullPolicy: 'never' },
      { name: 'd', image: 'built:1', build: BUILD },
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'service b: the image gone:1 was not found: manifest unknown',
      'service c: the engine does not have image kept:1, and its pull_policy is never',
    ]);
    expect(await engine.findImage('there:1')).toBeUndefined();
  });

  it('that are fetched again and cannot be are a warning, for there is one', async () => {
    const engine = anEngine();
    expect(await looked(engine, { pullPolicy: 'always' })).toMatchObject({
      problems: [],
      warnings: [
        'service app: the image shop:dev was not found: manifest unknown; the engine has an older one',
      ],
    });
  });

  it('whose registry does not answer in time are a warning', async () => {
    const engine = new FakeEngine();
    const late = new DevenvError({ code: 'deadline-passed', message: 'late', owner: 'environment' });
    engine.failNext('findInRegistry', late);
    expect(await looked(engine, { image: 'slow:1' })).toMatchObject({
      problems: [],
      warnings: ['service app: it is not known whether the image slow:1 can be had'],
    });
  });
});

describe('debuggers, before anything is made', () => {
  it('are refused where the program is not in the image, and nothing is left of the look', async () => {
    const engine = anEngine();
    const missing = new DevenvError({
      code: 'engine-failed',
      message: 'the container has no /usr/local/bin/uvicorn',
      owner: 'user',
    });
    for (let directories = 0; directories < 6; directories += 1) engine.failNext('readArchive', missing);
    const { problems } = await looked(engine, { debug: DEBUGPY });
    expect(problems).toMatchObject([
      {
        code: 'debug-impossible',
        message:
          'service app: `uvicorn` of `uvicorn main:app` is not in the image, so that devenv cannot run it under debugpy',
        hint: expect.stringContaining('put uvicorn into the image'),
      },
    ]);
    expect(await engine.listUnits({})).toEqual([]);
  });

  it('are seen later where the image is yet to be had', async () => {
    const engine = new FakeEngine();
    engine.publish('there:1');
    expect(
      await looked(
        engine,
        { name: 'a', image: 'there:1', debug: DEBUGPY },
        { name: 'b', image: 'built:1', build: BUILD, debug: DEBUGPY },
      ),
    ).toMatchObject({
      later: [
        'service a: whether debugpy can be put in is seen when its image is pulled',
        'service b: whether debugpy can be put in is seen when its image is built',
      ],
    });
  });

  it('are not refused for a program that a volume may hold', async () => {
    const engine = anEngine();
    const volumes = [{ kind: 'volume', name: 'tools', target: '/venv', readOnly: false }] as const;
    expect(await looked(engine, { volumes, debug: DEBUGPY })).toMatchObject({ problems: [] });
  });

  it('are looked for after the look of a process that was killed was removed', async () => {
    const engine = anEngine();
    const labels = { [label.project]: 'shop', [label.role]: 'look', [label.since]: '1000' };
    await engine.createContainer(aContainerSpec({ name: 'left', image: 'shop:dev', labels }));
    await looked(engine, { debug: DEBUGPY });
    expect(await engine.listUnits({})).toEqual([]);
  });
});
