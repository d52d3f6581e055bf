import { describe, expect, it } from 'vitest';
import type { FoundOwner, ProjectStatus } from '../../../../src/cli/project-status.ts';
import { partlyLive } from '../../../../src/cli/render/partly-live.ts';
import { renderProject } from '../../../../src/cli/render/status.ts';
import { statusJson } from '../../../../src/cli/render/status-json.ts';
import type { BridgeStatus, ServiceStatus, SessionStatus } from '../../../../src/session/index.ts';

const MINUTE = 60_000;
const NOW = 10 * MINUTE;
const wide = { color: false, now: NOW, columns: undefined };

const db: ServiceStatus = {
  name: 'db',
  container: 'gefyra-shop.db',
  state: 'exited',
  ports: [],
  startedAt: 0,
  lastEnd: { exitCode: 137, outOfMemory: true, at: 8 * MINUTE },
  next: 'nothing',
};
const app: ServiceStatus = {
  name: 'app',
  container: 'gefyra-shop.app',
  state: 'running',
  health: 'healthy',
  startedAt: 5 * MINUTE,
  ports: [
    { hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' },
    { hostIp: '::1', published: 5300, target: 53, protocol: 'udp' },
  ],
};
const bridge: BridgeStatus = {
  name: 'app:80',
  service: 'app',
  target: 'deployment/api',
  port: 80,
  local: 8080,
  state: 'resting',
  reason: 'it sleeps, API_TOKEN=hunter2hunter2',
  places: [{ name: 'api-1', state: 'lost', reason: 'it wants API_TOKEN=hunter2hunter2', ready: true }],
  staying: 2,
  onRequest: false,
};

function up(services: readonly ServiceStatus[], bridges: readonly BridgeStatus[] = []): ProjectStatus {
  const status: SessionStatus = {
    program: { version: '1.2.3', build: 'b01d' },
    identity: { id: 's1', project: 'shop', user: 'ada@desk', since: 0 },
    file: '/shop/gefyra.yaml',
    pid: 7,
    platform: 'a cluster',
    services,
    bridges,
    forwards: [],
  };
  return { kind: 'up', status };
}

function unasked(standing: FoundOwner['standing']): ProjectStatus {
  const owner = { session: 's1', user: 'ada@desk', file: '/shop/gefyra.yaml', since: 0, standing };
  return { kind: 'unasked', project: 'shop', sessions: [owner], services: [db], names: [db.container] };
}

describe('a project, for a person', () => {
  it('has its services with health, age, end and ports, and its bridges, a line for each', () => {
    expect(renderProject(up([app, db], [bridge]), wide)).toBe(
      [
        'shop up since 1970-01-01T00:00:00.000Z, pid 7, /shop/gefyra.yaml, targets on a cluster',
        'service/app    running (healthy), up 5m  127.0.0.1:49153->8080/tcp  [::1]:5300->53/udp',
        'service/db     exited (137, out of memory) 2m ago',
        'bridge/app:80  resting  deployment/api port 80 -> app port 8080 (it sleeps, API_TOKEN=***; 2 earlier connections still with the original)',
        '',
      ].join('\n'),
    );
  });

  it('counts the connections for which an agent had no room', () => {
    const crowded = { ...bridge, reason: '', staying: 0, passedOn: 7 };
    expect(renderProject(up([], [crowded]), wide)).toContain('(too many at once: 7 went to the original)');
  });

  it('says which requests a bridge takes, and how they are made', () => {
    const mine = { ...bridge, reason: '', staying: 0, takes: "requests marked as ann's", marks: ['ann'] };
    expect(
      renderProject(up([], [mine]), wide)
        .split('\n')
        .slice(1),
    ).toEqual([
      "bridge/app:80  resting  requests marked as ann's, of deployment/api port 80 -> app port 8080",
      "ann's requests: open a page once with ?gefyra-devenv=ann (?gefyra-devenv= ends that),",
      "or send the header, such as by curl -H 'x-gefyra-devenv: ann'",
      '',
    ]);
  });

  it('fits a terminal of 80 columns', () => {
    expect(renderProject(up([app, db], [bridge]), { ...wide, columns: 80 })).toBe(
      [
        'shop up since 1970-01-01T00:00:00.000Z, pid 7, /shop/gefyra.yaml, targets on a',
        '  cluster',
        'service/app    running (healthy), up 5m  127.0.0.1:49153->8080/tcp',
        '                                         [::1]:5300->53/udp',
        'service/db     exited (137, out of memory) 2m ago',
        'bridge/app:80  resting  deployment/api port 80 -> app port 8080 (it sleeps,',
        '                        API_TOKEN=***; 2 earlier connections still with the',
        '                        original)',
        '',
      ].join('\n'),
    );
  });

  it('puts below what has no room beside long names', () => {
    const name = 'a-service-whose-name-is-very-long-indeed';
    expect(
      renderProject(up([{ ...app, name }]), { ...wide, columns: 80 })
        .split('\n')
        .slice(2),
    ).toEqual([
      `service/${name}  running (healthy), up 5m`,
      '    127.0.0.1:49153->8080/tcp',
      '    [::1]:5300->53/udp',
      '',
    ]);
  });

  it.each<[string, Partial<ServiceStatus>, string]>([
    ['one that has just begun', { health: undefined, startedAt: NOW + 5 }, 'running, up 0s'],
    ['an unhealthy one', { health: 'unhealthy' }, 'running (unhealthy), up 5m'],
    [
      'one that ended by a signal',
      { state: 'exited', lastEnd: { exitCode: 143, outOfMemory: false, at: NOW - 2000 } },
      'exited (143, SIGTERM) 2s ago',
    ],
    [
      'one that is started again',
      { state: 'exited', lastEnd: { exitCode: 1, outOfMemory: false, at: NOW }, next: 'start', restarts: 1 },
      'exited (1) 0s ago, starting again  started again once',
    ],
    [
      'one that was started again',
      { lastEnd: { exitCode: 137, outOfMemory: true, at: 0 }, restarts: 4 },
      'running (healthy), up 5m  started again 4 times, last after exit (137, out of memory)',
    ],
    ['one whose container is missing', { state: 'missing', startedAt: undefined }, 'missing'],
    ['one that says no more than an older session', { health: undefined, startedAt: undefined }, 'running'],
  ])('shows %s', (_, changes, line) => {
    const [, shown] = renderProject(up([{ ...app, ports: [], ...changes }]), wide).split('\n');
    expect(shown).toBe(`service/app  ${line}`);
  });

  it('says at how many of its places a bridge is live, where that is not all', () => {
    const partly: BridgeStatus = {
      ...bridge,
      state: 'live',
      count: { live: 3, of: 5 },
      reason: 'not at api-4: its agent is on its way, nor at 1 more',
      staying: 0,
    };
    expect(partlyLive([{ ...bridge, state: 'live', reason: '' }, bridge, partly])).toEqual([
      'bridge/app:80 is live 3/5: not at api-4: its agent is on its way, nor at 1 more',
    ]);
    const [, shown] = renderProject(up([], [partly]), wide).split('\n');
    expect(shown).toBe(
      'bridge/app:80  live 3/5  deployment/api port 80 -> app port 8080 (not at api-4: its agent is on its way, nor at 1 more)',
    );
  });

  it('is what was left, where no session answers', () => {
    expect(renderProject(unasked('gone'), wide)).toBe(
      'the session of project shop is gone; it left gefyra-shop.db: devenv down removes that\n' +
        'service/db  exited (137, out of memory) 2m ago\n',
    );
    const nothing = { kind: 'unasked', project: 'shop', sessions: [], services: [], names: [] } as const;
    expect(renderProject(nothing, wide)).toBe('project shop is not up\n');
  });
});

describe('a project, for programs', () => {
  it('has every key, and no secrets', () => {
    expect(JSON.parse(statusJson(up([app, db], [bridge])))).toEqual({
      project: 'shop',
      state: 'up',
      session: {
        id: 's1',
        user: 'ada@desk',
        since: '1970-01-01T00:00:00.000Z',
        file: '/shop/gefyra.yaml',
        pid: 7,
        platform: 'a cluster',
        version: '1.2.3',
      },
      services: [
        {
          name: 'app',
          container: 'gefyra-shop.app',
          state: 'running',
          health: 'healthy',
          startedAt: '1970-01-01T00:05:00.000Z',
          lastEnd: null,
          next: null,
          restarts: 0,
          ports: [
            { hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' },
            { hostIp: '::1', published: 5300, target: 53, protocol: 'udp' },
          ],
        },
        {
          name: 'db',
          container: 'gefyra-shop.db',
          state: 'exited',
          health: null,
          startedAt: '1970-01-01T00:00:00.000Z',
          lastEnd: { exitCode: 137, signal: 'SIGKILL', outOfMemory: true, at: '1970-01-01T00:08:00.000Z' },
          next: 'nothing',
          restarts: 0,
          ports: [],
        },
      ],
      bridges: [
        {
          name: 'app:80',
          service: 'app',
          target: 'deployment/api',
          port: 80,
          local: 8080,
          state: 'resting',
          reason: 'it sleeps, API_TOKEN=***',
          places: [{ name: 'api-1', state: 'lost', reason: 'it wants API_TOKEN=***', ready: true }],
          staying: 2,
          passedOn: 0,
          onRequest: false,
          takenBy: null,
          takes: null,
          marks: [],
        },
      ],
      forwards: [],
      left: [],
    });
  });

  it.each([
    ['gone', 'left', ['gefyra-shop.db']],
    ['alive', 'elsewhere', []],
    ['unclear', 'unclear', []],
    ['silent', 'silent', []],
  ] as const)('whose session is %s is %s', (standing, state, left) => {
    const shown = JSON.parse(statusJson(unasked(standing)));
    expect(shown).toMatchObject({ project: 'shop', state, left, session: { user: 'ada@desk', pid: null } });
    expect(Object.keys(shown)).toEqual(Object.keys(JSON.parse(statusJson(up([])))));
    expect(Object.keys(shown.session)).toEqual(Object.keys(JSON.parse(statusJson(up([]))).session));
  });

  it('that is not up is down', () => {
    const nothing = { kind: 'unasked', project: 'shop', sessions: [], services: [], names: [] } as const;
    expect(JSON.parse(statusJson(nothing))).toMatchObject({ state: 'down', session: null, services: [] });
  });
});
