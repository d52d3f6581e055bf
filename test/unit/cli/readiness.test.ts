import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../src/cli/readiness.ts';
import type { BridgeStatus, ServiceStatus, SessionStatus } from '../../../src/session/index.ts';

const app: ServiceStatus = { name: 'app', container: 'gefyra-shop.app', state: 'running', ports: [] };
const bridge: BridgeStatus = {
  name: 'app:80',
  service: 'app',
  target: 'deployment/api',
  port: 80,
  local: 8080,
  state: 'live',
  reason: '',
  staying: 0,
  onRequest: false,
};

function ended(exitCode: number, next?: ServiceStatus['next']): ServiceStatus {
  return { ...app, state: 'exited', lastEnd: { exitCode, outOfMemory: false, at: 1 }, next };
}

function of(services: readonly ServiceStatus[], bridges: readonly BridgeStatus[] = []) {
  return readinessOf({ services, bridges } as unknown as SessionStatus);
}

describe('all is as the file says', () => {
  it.each<[string, readonly ServiceStatus[], readonly BridgeStatus[]]>([
    ['when services run and bridges are live', [app], [bridge]],
    ['when a bridge waits for a debugger', [app], [{ ...bridge, state: 'waiting' }]],
    ['when a service that no bridge needs has ended well', [ended(0, 'nothing')], []],
    ['when it has, of which the session has not heard yet', [ended(0)], []],
    ['when a session of another version says no more than that one ended', [{ ...app, state: 'exited' }], []],
  ])('%s', (_, services, bridges) => {
    expect(of(services, bridges)).toEqual({ kind: 'live' });
  });
});

describe('something is missing', () => {
  it('while a bridge rests, and it is said why', () => {
    expect(of([app], [{ ...bridge, state: 'resting', reason: 'nothing listens' }])).toEqual({
      kind: 'missing',
      what: ['live bridge/app:80'],
      how: ['bridge/app:80 is resting: nothing listens'],
    });
  });

  it.each([
    ['while a service that has ended is started again', ended(1, 'start')],
    ['while one is that ended well', ended(0, 'start')],
    ['while the session has not said what becomes of one that failed', ended(1)],
    ['while one was not started yet', { ...app, state: 'created' }],
  ])('%s', (_, service) => {
    expect(of([service])).toMatchObject({ kind: 'missing', what: ['running app'] });
  });
});

it('only the services matter that are waited for', () => {
  const other = { ...ended(3, 'nothing'), name: 'other' };
  const theirs = { ...bridge, name: 'other:80', service: 'other', state: 'resting' } as const;
  const status = { services: [app, other], bridges: [bridge, theirs] } as unknown as SessionStatus;
  expect(readinessOf(status, new Set(['app']))).toEqual({ kind: 'live' });
  expect(readinessOf(status, new Set(['other'])).kind).toBe('ended');
});

describe('it is given up', () => {
  it.each([
    ['when a service that a bridge needs has ended for good, even well', ended(0, 'nothing'), [bridge]],
    ['when a service has failed for good', ended(3, 'nothing'), []],
  ])('%s', (_, service, bridges) => {
    const resting = bridges.map((one) => ({ ...one, state: 'resting' as const }));
    expect(of([service], resting)).toEqual({
      kind: 'ended',
      services: [{ status: service, bridges: bridges.map(({ name }) => `bridge/${name}`) }],
    });
  });
});
