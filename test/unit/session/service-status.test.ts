import { expect, it } from 'vitest';
import { namespaceOwner } from '../../../src/model/identity.ts';
import { serviceStatus } from '../../../src/session/service-status.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { FakeEngine } from '../../fakes/index.ts';

it('tells the ports of a service with the numbers that the engine chose', async () => {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const ports = [{ hostIp: '127.0.0.1', published: undefined, target: 8080, protocol: 'tcp' as const }];
  await engine.startContainer(
    await engine.createContainer(aContainerSpec({ name: namespaceOwner('shop', 'app'), ports })),
  );
  await engine.startContainer(await engine.createContainer(aContainerSpec({ name: 'gefyra-shop.app' })));
  expect(await serviceStatus(engine, 'shop', 'app')).toEqual({
    name: 'app',
    container: 'gefyra-shop.app',
    state: 'running',
    ports: [{ hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' }],
  });
});

it('tells of a service that is not there that it is missing', async () => {
  expect(await serviceStatus(new FakeEngine(), 'shop', 'app')).toMatchObject({ state: 'missing', ports: [] });
});
