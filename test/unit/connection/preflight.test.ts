import { describe, expect, it } from 'vitest';
import { preflightPorts } from '../../../src/connection/index.ts';
import { label } from '../../../src/model/labels.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { aService } from '../../builders/workspace.ts';
import { FakeEngine } from '../../fakes/index.ts';

const port = (published: number | undefined) =>
  ({ hostIp: '127.0.0.1', published, target: 80, protocol: 'tcp' }) as const;

async function publishing(engine: FakeEngine, name: string, published: number, project?: string) {
  engine.addImage('shop:dev');
  const labels = project === undefined ? {} : { [label.project]: project };
  const spec = aContainerSpec({ name, image: 'shop:dev', ports: [port(published)], labels });
  await engine.startUnit(await engine.createContainer(spec));
}

describe('ports of this machine, before anything is made', () => {
  it('that somebody has are told, the debugger’s too, with whose they are', async () => {
    const engine = new FakeEngine();
    await publishing(engine, 'other-db', 5432);
    engine.occupyPort(5678);
    const debug = { type: 'debugpy', port: 5678, wait: false, command: undefined } as const;
    const services = [
      aService({ name: 'db', ports: [port(5432)] }),
      aService({ debug, ports: [port(8080), port(undefined)] }),
    ];
    const { problems } = await preflightPorts(services, { runner: engine, project: 'shop' });
    expect(problems).toMatchObject([
      {
        code: 'port-taken',
        message: 'service db: port 5432 of 127.0.0.1 on this machine is taken by container other-db',
        hint: 'end it: docker stop other-db; or publish another port',
      },
      {
        code: 'port-taken',
        message: 'service app: port 5678 of 127.0.0.1 on this machine is taken',
        hint: expect.stringContaining('ss -ltnp'),
      },
    ]);
  });

  it('that the project itself has are in nobody’s way', async () => {
    const engine = new FakeEngine();
    await publishing(engine, 'gefyra-shop.app.gateway', 8080, 'shop');
    const services = [aService({ ports: [port(8080)] })];
    expect(await preflightPorts(services, { runner: engine, project: 'shop' })).toMatchObject({
      problems: [],
    });
    expect(await preflightPorts(services, { runner: engine, project: 'desk' })).toMatchObject({
      problems: [{ message: expect.stringContaining('taken by container gefyra-shop.app.gateway') }],
    });
  });
});
