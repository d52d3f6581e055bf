import { expect, it } from 'vitest';
import { preflightPrograms } from '../../../src/containers/index.ts';
import { programMounts } from '../../../src/containers/program-mounts.ts';
import type { ProgramNeeds } from '../../../src/machine/index.ts';
import type { Mount } from '../../../src/model/workspace.ts';
import { aService, aTarget } from '../../builders/workspace.ts';

const from = aTarget('deployment/shop');
const volumes: readonly Mount[] = [
  { kind: 'workload', from, source: '/etc/app', target: '/etc/app' },
  { kind: 'bind', source: '/shop/data', target: '/data', readOnly: true },
  { kind: 'workload', from, source: '/etc/key.pem', target: '/etc/mine.pem' },
];
const program = aService({ name: 'app', image: '', process: ['node'], workingDir: '/shop', volumes });

it('what a program mounts is this machine’s, or memory that its gateway fills', () => {
  const [data] = volumes.filter(({ kind }) => kind === 'bind');
  expect(programMounts(program, 'shop', ['/etc/mine.pem'])).toEqual([
    data,
    { kind: 'shared', directory: 'files/0', target: '/etc/app' },
    { kind: 'shared', directory: 'files/1', target: '/etc/mine.pem', alone: 'key.pem' },
  ]);
});

it('what keeps a program from it is told with the service, before anything is made', () => {
  const asked: ProgramNeeds[] = [];
  const programObstacle = (needs: ProgramNeeds) => {
    asked.push(needs);
    return { code: 'mount-failed', message: 'no', hint: 'mkdir', owner: 'user' } as const;
  };
  const terminal = { ...program, tty: true };
  expect(preflightPrograms([terminal], { machine: { programObstacle }, project: 'shop' })).toEqual([
    { code: 'mount-failed', message: 'service app: no', hint: 'mkdir', owner: 'user' },
  ]);
  expect(asked).toEqual([{ mounts: programMounts(program, 'shop', []), tty: true, workingDir: '/shop' }]);
  const fine = { programObstacle: () => undefined };
  expect(preflightPrograms([program], { machine: fine, project: 'shop' })).toEqual([]);
});
