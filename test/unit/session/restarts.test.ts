import { describe, expect, it } from 'vitest';
import type { RestartPolicy } from '../../../src/model/workspace.ts';
import type { UnitInfo } from '../../../src/runner/index.ts';
import { mayRestart } from '../../../src/session/restarts.ts';
import { aService } from '../../builders/workspace.ts';

function ended(exitCode: number): UnitInfo {
  return {
    id: 'c1',
    name: 'gefyra-shop.app',
    labels: {},
    state: 'exited',
    imageId: 'sha256:1',
    environment: {},
    networkMode: 'bridge',
    exitCode,
    outOfMemory: false,
    health: undefined,
    healthOutput: '',
    startedAt: 0,
    endedAt: 1,
    publishedPorts: [],
    exposedPorts: [],
  };
}

describe('a service that ended by itself', () => {
  it.each<[string, RestartPolicy, number, number, boolean]>([
    ['stays ended by default', { kind: 'no' }, 1, 0, false],
    ['is always started again where the file says so', { kind: 'always' }, 0, 99, true],
    ['is started again unless stopped', { kind: 'unless-stopped' }, 0, 0, true],
    ['is started again after a failure', { kind: 'on-failure', attempts: undefined }, 1, 99, true],
    ['stays ended after success', { kind: 'on-failure', attempts: undefined }, 0, 0, false],
    ['is given up after the attempts the file grants', { kind: 'on-failure', attempts: 2 }, 1, 2, false],
  ])('%s', (_, restart, exitCode, attempts, expected) => {
    expect(mayRestart(aService({ restart }), ended(exitCode), attempts)).toBe(expected);
  });
});
