import { describe, expect, it } from 'vitest';
import { serviceEnvironment } from '../../../src/containers/environment.ts';
import { aService, aTarget } from '../../builders/workspace.ts';

const api = { target: aTarget('container/api'), include: ['*'], exclude: [] };

describe('the variables of a service', () => {
  it('are those of its workloads, over which its own win', () => {
    const service = aService({ envFrom: [api], environment: { LEVEL: 'debug' } });
    const environments = new Map([['container/api', { LEVEL: 'info', HOST: 'db' }]]);
    expect(serviceEnvironment(service, environments)).toEqual({ LEVEL: 'debug', HOST: 'db' });
  });

  it('are taken and left out by patterns', () => {
    const envFrom = [{ ...api, include: ['DB_*', 'A?'], exclude: ['*_PASSWORD'] }];
    const given = { DB_HOST: 'a', DB_PASSWORD: 'b', AB: 'c', ABC: 'd', 'X.DB_HOST': 'e' };
    expect(serviceEnvironment(aService({ envFrom }), new Map([['container/api', given]]))).toEqual({
      DB_HOST: 'a',
      AB: 'c',
    });
  });

  it('come from a later workload over an earlier', () => {
    const envFrom = [api, { ...api, target: aTarget('container/other') }];
    const environments = new Map<string, Record<string, string>>([
      ['container/api', { A: '1', B: '1' }],
      ['container/other', { B: '2' }],
    ]);
    expect(serviceEnvironment(aService({ envFrom }), environments)).toEqual({ A: '1', B: '2' });
  });

  it('leave a program of this machine what says where this machine has things, unless it is asked for by name', () => {
    const given = new Map([['container/api', { PATH: '/image', HOME: '/root', HOST: 'db' }]]);
    const source = { target: aTarget('container/api'), include: ['*'], exclude: [] };
    const process = ['node'];
    expect(serviceEnvironment(aService({ process, envFrom: [source] }), given)).toEqual({ HOST: 'db' });
    const named = { ...source, include: ['*', 'HOME'] };
    expect(serviceEnvironment(aService({ process, envFrom: [named] }), given)).toEqual({
      HOME: '/root',
      HOST: 'db',
    });
  });
});
