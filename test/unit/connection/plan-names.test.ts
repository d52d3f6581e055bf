import { describe, expect, it } from 'vitest';
import { lookupsOf, namesFor } from '../../../src/connection/plan-names.ts';
import { ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { PlatformKind, Service } from '../../../src/model/workspace.ts';
import { aBridge, aService } from '../../builders/workspace.ts';

const MACHINE = ['host.containers.internal', 'host.docker.internal'];

const app = aService({ name: 'app', process: ['node'], bridges: [aBridge('deployment/shop-api', 8155)] });
const worker = aService({ name: 'worker', process: ['node'] });
const db = aService({ name: 'db', namespace: { ...ORDINARY_NAMESPACE, aliases: ['sql'] } });
const web = aService({ name: 'web', bridges: [aBridge('deployment/web', 80)] });
const within = (service: string) =>
  aService({
    name: 'guest',
    namespace: { ...ORDINARY_NAMESPACE, networkMode: { kind: 'service', name: service } },
  });
const apart = aService({
  name: 'apart',
  namespace: { ...ORDINARY_NAMESPACE, networkMode: { kind: 'host' } },
});

function found(service: Service, others: readonly Service[], platform: PlatformKind = 'kubernetes') {
  const { names, neighbours } = lookupsOf(service, [service, ...others], platform);
  const reached = neighbours.map(({ service = 'this machine', names: theirs }) => [service, ...theirs]);
  return { ...names, reached };
}

describe('a program of this machine', () => {
  it('reaches all others through the session, and this machine', () => {
    expect(found(worker, [app, db, web, within('db')])).toEqual({
      own: ['db', 'guest', 'sql', 'worker', ...MACHINE],
      bridged: ['app', 'web'],
      reached: [
        ['worker', 'worker'],
        ['app', 'app'],
        ['db', 'db', 'guest', 'sql'],
        ['web', 'web'],
        ['this machine', ...MACHINE],
      ],
    });
  });

  it('does not hide a name of the workload behind one that leads nowhere: of a network without a gateway', () => {
    expect(found(worker, [apart])).toMatchObject({ own: ['worker', ...MACHINE], bridged: [] });
    expect(found(app, [db, web], 'docker')).toMatchObject({ own: MACHINE, bridged: ['app', 'web'] });
  });

  it('calls a service by its name also where that is one of this machine', () => {
    const namesake = aService({ name: 'host.docker.internal' });
    const { own, reached } = found(worker, [namesake]);
    expect(own.filter((name) => name === namesake.name)).toHaveLength(1);
    expect(reached).toContainEqual([namesake.name, namesake.name]);
    expect(reached.at(-1)).toEqual(['this machine', 'host.containers.internal']);
  });
});

describe('a container', () => {
  it('reaches programs of this machine through the session, and containers by their network', () => {
    expect(found(db, [web, app, worker])).toEqual({
      own: ['db', 'sql', 'worker'],
      bridged: ['app', 'web'],
      reached: [
        ['app', 'app'],
        ['worker', 'worker'],
      ],
    });
    expect(found(db, [web])).toMatchObject({ own: ['db', 'sql'], reached: [] });
  });

  it('reaches this machine only by the name that it gives it', () => {
    const asks = { ...db, extraHosts: [{ name: 'laptop', address: 'host-gateway' }] };
    expect(found(asks, [])).toMatchObject({ own: ['db', 'sql'], reached: [['this machine', 'laptop']] });
    expect(namesFor(lookupsOf(asks, [asks], 'kubernetes')).addresses).toEqual([
      { name: 'laptop', address: '198.51.100.1' },
    ]);
  });
});
