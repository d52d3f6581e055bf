import { describe, expect, it } from 'vitest';
import { workspaceToRun } from '../../../src/cli/workspace-to-run.ts';
import { networksOf } from '../../../src/model/workspace.ts';
import { aBridge, aService, aWorkspace } from '../../builders/workspace.ts';

const dependsOn = [{ service: 'db', condition: 'service_started', required: true, restart: false } as const];

const app = aService({
  name: 'app',
  bridges: [aBridge('deployment/shop/app', 8155)],
  ports: [{ hostIp: '127.0.0.1', published: 80, target: 80, protocol: 'tcp' }],
  restart: { kind: 'always' },
  environment: { A: 'file', B: 'file' },
  dependsOn,
  volumes: [{ kind: 'volume', name: 'data', target: '/data', readOnly: false }],
});
const db = aService({ name: 'db', bridges: [aBridge('deployment/db', 5432)] });
const other = aService({ name: 'other' });

const asked = (bridge = false) =>
  workspaceToRun(aWorkspace('shop', app, db, other), {
    service: 'app',
    oneOff: { command: ['migrate'], environment: { B: 'asked' }, tty: false },
    bridge,
    project: 'shop-run-1',
  });

describe('what is run alone', () => {
  it('is the service with another command, and what it needs, in a project of its own', () => {
    const { name, services } = asked();
    expect([name, [...services.keys()]]).toEqual(['shop-run-1', ['app', 'db']]);
    expect(services.get('app')).toMatchObject({
      attached: true,
      command: ['migrate'],
      environment: { A: 'file', B: 'asked' },
      ports: [],
      restart: { kind: 'no' },
    });
    expect(services.get('db')).not.toHaveProperty('attached');
  });

  it('takes no traffic unless asked to, and is in the workload’s network all the same', () => {
    const { services } = asked();
    const [one] = services.values();
    expect(one?.bridges.map(({ ports }) => ports)).toEqual([[]]);
    expect(networksOf(one ?? app, 'kubernetes')).toMatchObject([{ path: ['shop', 'app'] }]);
    const ports = [...asked(true).services.values()].map(({ bridges }) => bridges[0]?.ports.length);
    expect(ports).toEqual([1, 0]);
  });

  it('keeps its files where the project has them', () => {
    expect(asked().services.get('app')?.volumes).toMatchObject([
      { settings: { engineName: 'gefyra-shop_data' } },
    ]);
  });
});
