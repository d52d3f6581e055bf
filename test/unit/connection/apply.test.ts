import { describe, expect, it } from 'vitest';
import { applyConnection, type ConnectionContext, Connections } from '../../../src/connection/index.ts';
import { label } from '../../../src/model/labels.ts';
import { FakeEngine, FakePlatform } from '../../fakes/index.ts';

const identity = { id: 's1', project: 'shop', user: 'ada@desk', since: 0 };

function contextOn(engine: FakeEngine): ConnectionContext {
  const report = () => {};
  return {
    engine,
    runner: engine,
    identity,
    file: '/shop/gefyra.yaml',
    image: { kind: 'given', reference: 'agent:1' },
    connections: new Connections({
      runner: engine,
      platform: new FakePlatform(),
      identity,
      agentImage: 'agent:1',
      report,
    }),
    progress: report,
  };
}

describe('removing', () => {
  const signal = AbortSignal.any([]);
  const labelsOf = (session: string) => ({
    [label.project]: 'shop',
    [label.session]: session,
    [label.service]: 'app',
  });

  async function madeBy(session: string) {
    const engine = new FakeEngine();
    engine.addImage('agent:1');
    await engine.createNetwork({ name: 'gefyra-shop', labels: labelsOf(session) });
    await engine.createContainer({
      name: 'gefyra-shop.app.gateway',
      image: 'agent:1',
      environment: {},
      labels: labelsOf(session),
      network: { kind: 'network', name: 'gefyra-shop', aliases: [] },
      mounts: [],
      ports: [],
      autoRemove: false,
    });
    await engine.createVolume('gefyra-shop.files', { ...labelsOf(session), [label.role]: 'files' });
    await applyConnection({ kind: 'remove-gateway', service: 'app' }, contextOn(engine), signal);
    await applyConnection({ kind: 'remove-network' }, contextOn(engine), signal);
    const left = [await engine.listUnits({}), await engine.listNetworks({}), await engine.listVolumes({})];
    return left.map(({ length }) => length);
  }

  it('takes everything that the session has made', async () => {
    expect(await madeBy('s1')).toEqual([0, 0, 0]);
  });

  it('takes nothing of another session, though it has the same names', async () => {
    expect(await madeBy('s2')).toEqual([1, 1, 1]);
  });
});

describe('making a network', () => {
  it('makes it, and nothing of an earlier one goes', async () => {
    const engine = new FakeEngine();
    const { id } = await engine.createNetwork({ name: 'former', labels: { [label.project]: 'shop' } });
    await applyConnection({ kind: 'create-network' }, contextOn(engine), AbortSignal.any([]));
    const networks = await engine.listNetworks({ [label.project]: 'shop' });
    expect(networks.map(({ name }) => name)).toEqual(['former', 'gefyra-shop']);
    expect(networks.map((network) => network.id)).toContain(id);
  });

  it('fails when its name is taken, and leaves that network to whoever has it', async () => {
    const engine = new FakeEngine();
    await engine.createNetwork({ name: 'gefyra-shop', labels: { [label.project]: 'shop' } });
    const making = applyConnection({ kind: 'create-network' }, contextOn(engine), AbortSignal.any([]));
    await expect(making).rejects.toMatchObject({
      code: 'session-conflict',
      message: 'the network name gefyra-shop is taken',
    });
    expect(await engine.listNetworks({})).toHaveLength(1);
  });
});
