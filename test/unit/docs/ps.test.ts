import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ProjectStatus } from '../../../src/cli/project-status.ts';
import { statusJson } from '../../../src/cli/render/status-json.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/ps.md'), 'utf8');

const project: ProjectStatus = {
  kind: 'up',
  status: {
    program: { version: '1.2.3', build: 'b01d' },
    identity: { id: 's1', project: 'shop', user: 'ada@desk', since: 0 },
    file: '/shop/gefyra.yaml',
    pid: 7,
    platform: 'a cluster',
    services: [
      {
        name: 'app',
        container: 'gefyra-shop.app',
        state: 'exited',
        lastEnd: { exitCode: 137, outOfMemory: true, at: 0 },
        ports: [{ hostIp: '127.0.0.1', published: 1, target: 2, protocol: 'tcp' }],
      },
    ],
    bridges: [
      {
        name: 'app:80',
        service: 'app',
        target: 'deployment/api',
        port: 80,
        local: 8080,
        state: 'live',
        reason: '',
        staying: 0,
        onRequest: false,
      },
    ],
    forwards: [
      {
        hostIp: '127.0.0.1',
        local: 5432,
        host: 'postgres',
        port: 5432,
        target: 'deployment/api',
        state: 'up',
        reason: '',
      },
    ],
  },
};

it('the page on ps names every key that its JSON has', () => {
  const named = new Set([...page.matchAll(/`([A-Za-z]+)`/g)].map(([, name = '']) => name));
  expect([...keysOf(JSON.parse(statusJson(project)))].filter((key) => !named.has(key))).toEqual([]);
});

function keysOf(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return new Set([...own, ...Object.values(value).flatMap((one) => [...keysOf(one)])]);
}
