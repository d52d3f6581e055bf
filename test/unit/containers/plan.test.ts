import { describe, expect, it } from 'vitest';
import { changedAspects } from '../../../src/common/fingerprint.ts';
import { gatewayConfig } from '../../../src/connection/plan.ts';
import { serviceConfig } from '../../../src/containers/service-config.ts';
import { type Desired, planPass } from '../../../src/converge/index.ts';
import { ORDINARY_CONTAINER, ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { Observed, ObservedContainer } from '../../../src/model/observed.ts';
import { planText } from '../../../src/model/plan.ts';
import type { Dependency, Service, TargetRef, VolumeSettings } from '../../../src/model/workspace.ts';
import { anObserved, anObservedContainer } from '../../builders/observed.ts';
import { aService } from '../../builders/workspace.ts';

/** The steps of the services themselves, without those of their networks. */
function plan(
  services: readonly Service[],
  observed: Observed = anObserved(),
  terms: Pick<Desired, 'stopped' | 'starting' | 'endedStay'> = {},
): string {
  const desired: Desired = {
    project: 'shop',
    services,
    forwards: [],
    platform: 'docker',
    agentImage: 'agent:1',
  };
  const text = planText(planPass({ ...desired, ...terms }, observed));
  return text
    .split('\n')
    .filter((line) => !/^create (network|gateway)/.test(line))
    .join('\n');
}

function on(service: string, fields: Partial<Dependency> = {}): Dependency {
  return { service, condition: 'service_started', required: true, restart: false, ...fields };
}

const API: TargetRef = { kind: 'container', path: ['api'] };
const takesFromApi = aService({ envFrom: [{ target: API, include: ['*'], exclude: [] }] });
const unread = new Map([
  ['container/api', { code: 'target-not-found', message: 'it is gone', owner: 'user' } as const],
]);

describe('a plan for a service whose workload’s variables cannot be read', () => {
  it('says why instead of starting it, and starts the others', () => {
    const observed = anObserved({ unreadEnvironments: unread });
    expect(plan([takesFromApi, aService({ name: 'db' })], observed)).toMatchInlineSnapshot(`
      "await environment/container/api (env_from of app)
      create container/app (not found) after environment/container/api, gateway/app
      create container/db (not found) after gateway/db"
    `);
  });

  it('takes nothing for changed that it does not know', () => {
    const environment = { FROM_API: 'yes' };
    const gateways = [anObservedContainer({ id: 'g1', name: 'gefyra-shop.app.gateway' })];
    const config = serviceConfig(takesFromApi, 'sha256:1', environment);
    const services = [anObservedContainer({ config, namespaceOwner: 'g1' })];
    const observed = anObserved({ unreadEnvironments: unread, gateways, services });
    const steps = (service: Service) =>
      plan([service], observed)
        .split('\n')
        .filter((line) => /container|environment/.test(line) && !/gateway is|namespace is/.test(line));
    expect(steps({ ...takesFromApi, command: ['other'] })).toMatchInlineSnapshot(`
      [
        "await environment/container/api (env_from of app)",
        "replace container/app (command changed) after environment/container/api, gateway/app",
      ]
    `);
  });
});

describe('a plan for services', () => {
  it('starts a service after those it depends on', () => {
    const app = aService({ dependsOn: [on('db')] });
    expect(plan([app, aService({ name: 'db' })])).toMatchInlineSnapshot(`
      "create container/db (not found) after gateway/db
      create container/app (not found) after container/db, gateway/app"
    `);
  });

  it('waits for health and completion where that is asked for', () => {
    const app = aService({
      dependsOn: [
        on('db', { condition: 'service_healthy' }),
        on('migrate', { condition: 'service_completed_successfully' }),
      ],
    });
    expect(plan([app, aService({ name: 'db' }), aService({ name: 'migrate' })])).toMatchInlineSnapshot(`
      "create container/db (not found) after gateway/db
      create container/migrate (not found) after gateway/migrate
      await completed/migrate (app depends on it) after container/migrate
      await healthy/db (app depends on it) after container/db
      create container/app (not found) after completed/migrate, container/db, container/migrate, gateway/app, healthy/db"
    `);
  });

  it('builds an image that is not there before it makes anything', () => {
    const build = { context: '/shop', dockerfile: '/shop/Dockerfile', target: undefined, args: {} };
    const observed = anObserved({ images: new Map([['agent:1', 'sha256:2']]) });
    expect(plan([aService({ build })], observed)).toMatchInlineSnapshot(`
      "create image/shop:dev (not found)
      create container/app (not found) after gateway/app, image/shop:dev"
    `);
  });

  it('fetches an image again at every start when its pull_policy is always', () => {
    expect(plan([aService({ pullPolicy: 'always' })])).toMatchInlineSnapshot(`
      "replace image/shop:dev (pull_policy is always)
      create container/app (not found) after gateway/app, image/shop:dev"
    `);
  });

  it('makes a volume that does not exist, and no other', () => {
    const mount = (name: string) => ({ kind: 'volume' as const, name, target: `/${name}`, readOnly: false });
    const observed = anObserved({ volumes: ['gefyra-shop_old'] });
    expect(plan([aService({ volumes: [mount('old'), mount('data')] })], observed)).toMatchInlineSnapshot(`
      "create volume/data (not found)
      create container/app (not found) after gateway/app, volume/data"
    `);
  });

  it('makes no volume that exists elsewhere, nor one that has the name the file gives it', () => {
    const settings = { external: false, driver: undefined, driverOptions: {}, labels: {} };
    const mount = (name: string, given: Partial<VolumeSettings>) => ({
      kind: 'volume' as const,
      name,
      target: `/${name}`,
      readOnly: false,
      settings: { ...settings, engineName: name, ...given },
    });
    const volumes = [mount('there', {}), mount('theirs', { external: true }), mount('new', {})];
    expect(plan([aService({ volumes })], anObserved({ volumes: ['there'] }))).toMatchInlineSnapshot(`
      "create volume/new (not found)
      create container/app (not found) after gateway/app, volume/new"
    `);
  });

  it('makes a container anew when what runs in it beside its program has changed', () => {
    const config = serviceConfig(aService(), 'sha256:1', {});
    const hook = {
      command: ['a'],
      user: undefined,
      privileged: false,
      workingDir: undefined,
      environment: {},
    };
    const observed = anObserved({ services: [anObservedContainer({ config })] });
    const hooks = { postStart: [hook], preStop: [hook] };
    expect(plan([aService({ hooks })], observed)).toMatchInlineSnapshot(
      `"replace container/app (post_start, pre_stop changed) after gateway/app"`,
    );
  });

  it('says in the words of the file what of a container has changed', () => {
    const config = serviceConfig(aService(), 'sha256:1', {});
    const service = aService({
      settings: { ...ORDINARY_CONTAINER, capDrop: ['ALL'], ulimits: [{ name: 'nproc', soft: 1, hard: 1 }] },
      files: [{ target: '/x', content: 'x', isSecret: true, uid: 0, gid: 0, mode: 0o444 }],
    });
    expect(changedAspects(config, serviceConfig(service, 'sha256:1', {}))).toEqual([
      'cap_drop',
      'files',
      'ulimits',
    ]);
  });
});

describe('a plan for services that somebody has stopped', () => {
  const db = aService({ name: 'db', pullPolicy: 'always' });
  const app = aService({ dependsOn: [on('db', { condition: 'service_healthy', restart: true })] });
  const both = new Set(['app', 'db']);
  const found = (service: Service, running: boolean, fields: Partial<ObservedContainer> = {}) =>
    anObservedContainer({
      id: service.name,
      service: service.name,
      running,
      config: serviceConfig(service, 'sha256:1', {}),
      ...fields,
    });
  const network = gatewayConfig('agent:1', {
    leadsTo: 'nothing',
    neighbours: [],
    onMachine: false,
    ports: [],
    extraHosts: [],
    namespace: ORDINARY_NAMESPACE,
    loopbackPorts: [],
    directories: [],
  });
  const gateways = [app, db].map(({ name }) =>
    anObservedContainer({ id: name, service: name, config: network }),
  );
  const networks = [{ id: 'n1', name: 'gefyra-shop', session: 's1' }];
  const having = (...services: readonly ObservedContainer[]) => anObserved({ services, gateways, networks });

  it('stops those that run, whoever needs them first, and leaves them so', () => {
    const stopped = both;
    expect(plan([app, db], having(found(app, true), found(db, true)), { stopped })).toMatchInlineSnapshot(`
      "stop container/app (as asked for)
      stop container/db (as asked for) after container/app"
    `);
    const ended = having(found(app, false), found(db, false));
    expect(plan([app, db], ended, { stopped })).toBe('');
    expect(plan([app, { ...db, command: ['other'] }], ended, { stopped })).toBe('');
    expect(plan([app, db], having(), { stopped })).toBe('');
  });

  it('waits for none of them, and takes nobody along', () => {
    const stopped = new Set(['db']);
    expect(plan([app, db], having(found(db, false)), { stopped })).toBe('create container/app (not found)');
    expect(plan([app, db], having(found(app, true), found(db, true)), { stopped })).toBe(
      'stop container/db (as asked for)',
    );
  });

  it('starts them again as they are, after what they need', () => {
    const ended = having(found(app, false), found(db, false));
    const terms = { starting: both, endedStay: true };
    const started = plan([app, db], ended, terms);
    expect(started).toMatchInlineSnapshot(`
      "start container/db (as asked for)
      await healthy/db (app depends on it) after container/db
      start container/app (as asked for) after container/db, healthy/db"
    `);
    expect(plan([app, db], ended, { starting: both })).toBe(started);
    expect(plan([app, db], ended, { starting: new Set(['app']), endedStay: true })).not.toContain(
      'container/db (',
    );
  });

  it('makes those anew that are not what the file says any more', () => {
    const terms = { starting: both, endedStay: true };
    expect(plan([db], having(found(db, false, { config: '' })), terms)).toContain('replace container/db');
    const elsewhere = found(db, false, { namespaceOwner: 'g1' });
    expect(plan([db], having(elsewhere), terms)).toContain(
      'replace container/db (its network namespace is replaced)',
    );
  });
});
