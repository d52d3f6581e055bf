import { describe, expect, it } from 'vitest';
import { isLocalEngine } from '../../../src/docker/local-engine.ts';

const here = { hostname: 'laptop', release: '6.8.0-45-generic', totalmem: 16_000_000_000 };
const ours = { Name: 'laptop', KernelVersion: '6.8.0-45-generic', MemTotal: 16_000_000_000 };

describe('an engine on this machine', () => {
  it.each([
    ['at a socket', 'unix:///var/run/docker.sock', ours],
    ['at a loopback port', 'tcp://127.0.0.1:2375', ours],
    [
      'seen from within a container, where the name is another',
      'unix:///var/run/docker.sock',
      { ...ours, Name: 'pc' },
    ],
    [
      'Docker Desktop, a machine within this one',
      'unix:///run/d.sock',
      { OperatingSystem: 'Docker Desktop' },
    ],
  ])('is one %s', (_, address, engine) => {
    expect(isLocalEngine(address, engine, here)).toBe(true);
  });

  it.each([
    ['of the same kernel at an address elsewhere', 'tcp://10.0.0.7:2375', ours],
    [
      'forwarded from a machine of the same kernel',
      'unix:///tmp/d.sock',
      { ...ours, Name: 'ci-7', MemTotal: 64_000_000_000 },
    ],
    ['forwarded from one of the same name', 'tcp://localhost:2375', { ...ours, KernelVersion: '5.15.0' }],
    ['that says nothing', 'unix:///tmp/d.sock', {}],
  ])('is none %s', (_, address, engine) => {
    expect(isLocalEngine(address, engine, here)).toBe(false);
  });
});
