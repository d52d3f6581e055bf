import { describe, expect, it } from 'vitest';
import { leadsTo, lookupsOf, neighbourHosts } from '../../../src/connection/plan-names.ts';
import { ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { Service } from '../../../src/model/workspace.ts';
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

function found(service: Service, others: readonly Service[]) {
  const { names, neighbours } = lookupsOf(service, [service, ...others]);
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

  it('does not hide a name of the workload behind one that leads nowhere: of the machine’s network', () => {
    expect(found(worker, [apart])).toMatchObject({ own: ['worker', ...MACHINE], bridged: [] });
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
  });
});

describe('the gateway of a container in no workload’s network', () => {
  it('leads to programs of this machine where the file has one, whose names are in its hosts', () => {
    const all = [db, web, app, worker];
    expect([db, web, app].map((one) => leadsTo(one, all, 'docker'))).toEqual([
      'neighbours',
      'workload',
      'workload',
    ]);
    const asks = { ...db, extraHosts: [{ name: 'laptop', address: 'host-gateway' }] };
    expect(neighbourHosts(asks, all).map(({ name }) => name)).toEqual(['app', 'worker']);
    expect(leadsTo(db, [db, web], 'docker')).toBe('nothing');
    expect(leadsTo(apart, all, 'docker')).toBe('nothing');
    expect(leadsTo(within('db'), all, 'docker')).toBe('nothing');
  });
});
