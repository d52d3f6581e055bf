import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { applyContainer, type ContainerContext } from '../../../src/containers/index.ts';
import { type ContainerSettings, ORDINARY_CONTAINER } from '../../../src/model/container-settings.ts';
import type { Event } from '../../../src/model/event.ts';
import { namespaceOwner } from '../../../src/model/identity.ts';
import { label } from '../../../src/model/labels.ts';
import type { Build } from '../../../src/model/workspace.ts';
import { aContainerContext } from '../../builders/container-context.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { aService } from '../../builders/workspace.ts';
import { FakeEngine } from '../../fakes/index.ts';

const signal = new AbortController().signal;

/** An engine on which a service's network namespace publishes two ports, one of them the debugger's. */
async function aPlace(): Promise<{ readonly context: ContainerContext; readonly events: readonly Event[] }> {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const ports = [
    { hostIp: '127.0.0.1', published: undefined, target: 8080, protocol: 'tcp' as const },
    { hostIp: '127.0.0.1', published: 9229, target: 9229, protocol: 'tcp' as const },
  ];
  const name = namespaceOwner('shop', 'app');
  await engine.startUnit(await engine.createContainer(aContainerSpec({ name, ports })));
  const events: Event[] = [];
  const context = aContainerContext(engine, events);
  return { context, events };
}

describe('starting a service', () => {
  it('tells its ports once, with the numbers that the engine chose', async () => {
    const { context, events } = await aPlace();
    const ports = [{ hostIp: '127.0.0.1', published: undefined, target: 8080, protocol: 'tcp' as const }];
    const service = aService({ ports });
    await applyContainer({ kind: 'start-container', service, environment: {} }, context, signal);
    expect(events).toEqual([
      { type: 'state', resource: 'ports/app', state: 'up', reason: '127.0.0.1:49153->8080/tcp' },
    ]);
  });

  it('tells nothing of ports where it publishes none', async () => {
    const { context, events } = await aPlace();
    await applyContainer({ kind: 'start-container', service: aService(), environment: {} }, context, signal);
    expect(events).toEqual([]);
  });

  it('tells the values it was given to nobody, also where the engine quotes them', async () => {
    const { context } = await aPlace();
    const message = 'the engine does not like OPAQUE=of a workload, nor "of a workload"';
    const refusal = new DevenvError({ code: 'engine-failed', message, owner: 'environment' });
    if (context.engine instanceof FakeEngine) context.engine.failNext('createContainer', refusal);
    const environment = { OPAQUE: 'of a workload' };
    await expect(
      applyContainer({ kind: 'start-container', service: aService(), environment }, context, signal),
    ).rejects.toThrow('the engine does not like OPAQUE=***, nor "***"');
  });
});

describe('the container of a service', () => {
  it('has its files before it starts, and the names that the engine knows others by', async () => {
    const { context } = await aPlace();
    const files = [{ target: '/run/secrets/a', content: 'x', isSecret: true, uid: 0, gid: 0, mode: 0o444 }];
    const settings: ContainerSettings = {
      ...ORDINARY_CONTAINER,
      pid: { kind: 'service', name: 'db' },
      ipc: { kind: 'container', name: 'other' },
      volumesFrom: [{ kind: 'service', name: 'db', readOnly: true }],
    };
    const service = aService({ files, settings });
    await applyContainer({ kind: 'start-container', service, environment: {} }, context, signal);
    const engine = context.engine as FakeEngine;
    expect(engine.filesIn('gefyra-shop.app')).toEqual(files);
    expect(engine.specOf('gefyra-shop.app').settings).toMatchObject({
      pid: 'container:gefyra-shop.db',
      ipc: 'container:other',
      volumesFrom: ['gefyra-shop.db:ro'],
    });
  });

  it('is gone again when its files cannot be put into it', async () => {
    const { context } = await aPlace();
    const files = [{ target: '/run/secrets/a', content: 'x', isSecret: true, uid: 0, gid: 0, mode: 0o444 }];
    const service = aService({ files, settings: { ...ORDINARY_CONTAINER, readOnly: true } });
    const starting = applyContainer({ kind: 'start-container', service, environment: {} }, context, signal);
    await expect(starting).rejects.toMatchObject({ code: 'mount-failed' });
    expect(await context.engine.findUnit('gefyra-shop.app')).toBeUndefined();
  });

  it('tells the contents of its secrets to nobody', async () => {
    const { context } = await aPlace();
    const engine = context.engine as FakeEngine;
    const message = 'the engine does not like hunter2000';
    engine.failNext(
      'createContainer',
      new DevenvError({ code: 'engine-failed', message, owner: 'environment' }),
    );
    const files = [{ target: '/a', content: 'hunter2000', isSecret: true, uid: 0, gid: 0, mode: 0o444 }];
    const service = aService({ files });
    const starting = applyContainer({ kind: 'start-container', service, environment: {} }, context, signal);
    await expect(starting).rejects.toThrow('the engine does not like ***');
  });
});

describe('building an image', () => {
  it('tells no build argument, neither while it goes on nor when it fails', async () => {
    const said: string[] = [];
    const { context } = await aPlace();
    const engine = Object.assign(context.engine, {
      buildDirectory: async (_: string, { args }: Build, __: unknown, progress: (line: string) => void) => {
        progress(`ARG ${args['OPAQUE']}`);
        throw new DevenvError({ code: 'image-build-failed', message: `no ${args['OPAQUE']}`, owner: 'user' });
      },
    });
    const build = {
      context: '/shop',
      dockerfile: '/shop/Dockerfile',
      target: undefined,
      args: { OPAQUE: 'of a team' },
    };
    const operation = { kind: 'build-image', reference: 'shop:dev', build, platform: undefined } as const;
    const progress = (_: string, line: string) => said.push(line);
    await expect(applyContainer(operation, { ...context, engine, progress }, signal)).rejects.toThrow(
      'no ***',
    );
    expect(said).toEqual(['ARG ***']);
  });
});

describe('removing a service', () => {
  it.each([
    ['s1', 0],
    ['s2', 1],
  ])('takes the container that session s1 has made, and no other of its name: %s', async (session, left) => {
    const { context } = await aPlace();
    const { engine } = context;
    const name = 'gefyra-shop.app';
    const labels = { [label.project]: 'shop', [label.session]: session };
    await engine.createContainer(aContainerSpec({ name, labels }));
    await applyContainer({ kind: 'remove-container', service: 'app' }, context, signal);
    expect(await engine.listUnits(labels)).toHaveLength(left);
  });
});
