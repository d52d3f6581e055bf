import { describe, expect, it } from 'vitest';
import { planPass } from '../../../src/converge/index.ts';
import { type Service, usesEngine } from '../../../src/model/workspace.ts';
import { anObserved } from '../../builders/observed.ts';
import { aBridge, aService } from '../../builders/workspace.ts';

const program = aService({
  name: 'app',
  image: '',
  process: ['node', 'server.js'],
  bridges: [aBridge('deployment/shop-api', 8155)],
});

function planned(...services: readonly Service[]) {
  const desired = {
    project: 'shop',
    services,
    platform: 'kubernetes',
    agentImage: 'agent:9',
    forwards: [],
  } as const;
  return planPass(desired, anObserved());
}

describe('a program of this machine', () => {
  it('needs nothing of an engine: no network, no image', () => {
    expect(planned(program).steps.map(({ resource }) => resource)).toEqual([
      'agent/deployment/shop-api',
      'gateway/app',
      'link/app',
      'bridge/app:8155',
      'container/app',
    ]);
    expect(usesEngine([program], 'kubernetes')).toBe(false);
    expect(usesEngine([program], 'docker')).toBe(true);
    expect(usesEngine([program, aService({ name: 'db' })], 'kubernetes')).toBe(true);
  });

  it('is joined with a gateway on this machine', () => {
    const { steps } = planned(program, aService({ name: 'db' }));
    expect(steps.map(({ operation }) => operation)).toContainEqual(
      expect.objectContaining({
        kind: 'start-gateway',
        gateway: expect.objectContaining({ service: 'app', onMachine: true }),
      }),
    );
  });
});
