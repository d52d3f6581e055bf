import { expect, it } from 'vitest';
import { renderServices, renderStatus } from '../../../../src/cli/render/status.ts';
import type { ServiceStatus } from '../../../../src/session/index.ts';

const db: ServiceStatus = { name: 'db', container: 'gefyra-shop.db', state: 'exited', ports: [] };
const app: ServiceStatus = {
  name: 'app',
  container: 'gefyra-shop.app',
  state: 'running',
  ports: [
    { hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' },
    { hostIp: '::1', published: 5300, target: 53, protocol: 'udp' },
  ],
};

it('shows services with the ports they have on this machine, and bridges', () => {
  const status = {
    program: { version: '1.2.3', build: 'b01d' },
    identity: { id: 's1', project: 'shop', user: 'ada@desk', since: 0 },
    file: '/shop/gefyra.yaml',
    pid: 7,
    platform: 'a cluster',
    services: [app, db],
    bridges: [
      {
        name: 'app:80',
        service: 'app',
        target: 'deployment/api',
        port: 80,
        local: 8080,
        state: 'resting' as const,
        reason: 'it sleeps',
        staying: 2,
        onRequest: false,
      },
    ],
  };
  expect(renderStatus(status, false)).toBe(
    [
      'shop up since 1970-01-01T00:00:00.000Z, pid 7, /shop/gefyra.yaml, targets on a cluster',
      'service/app    running  gefyra-shop.app  127.0.0.1:49153->8080/tcp  [::1]:5300->53/udp',
      'service/db     exited   gefyra-shop.db',
      'bridge/app:80  resting  deployment/api port 80 -> app port 8080 (it sleeps; 2 earlier connections still with the original)',
      '',
    ].join('\n'),
  );
});

it('shows services alone', () => {
  expect(renderServices([db], false)).toBe('service/db  exited  gefyra-shop.db\n');
  expect(renderServices([], false)).toBe('');
});
