import { describe, expect, it } from 'vitest';
import { obstructedProbes, probeUserAgents } from '../../../src/kubernetes/probes.ts';

const app = { name: 'app', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 5432 }] };

describe('user agents of probes', () => {
  it('are looked for on the port that a probe names, by number, by text or by name', () => {
    for (const port of [8080, '8080', 'http']) {
      const pod = { containers: [{ ...app, livenessProbe: { httpGet: { port } } }] };
      expect(probeUserAgents(pod, 8080)).toEqual(['kube-probe/*']);
    }
  });

  it('are not looked for on another port of the same container, where the server may speak first', () => {
    const pod = { containers: [{ ...app, livenessProbe: { httpGet: { port: 8080 } } }] };
    expect(probeUserAgents(pod, 5432)).toEqual([]);
  });

  it('are looked for where a sidecar may pass a probe on to', () => {
    const sidecar = { name: 'proxy', readinessProbe: { httpGet: { port: 4180 } } };
    expect(probeUserAgents({ containers: [app, sidecar] }, 8080)).toEqual(['kube-probe/*']);
  });

  it('are those that the probe declares', () => {
    const httpHeaders = [{ name: 'user-agent', value: 'watchdog' }];
    const readinessProbe = { httpGet: { port: 8080, httpHeaders } };
    const startupProbe = { httpGet: { port: 8080, httpHeaders: [{ name: 'User-Agent', value: '' }] } };
    const pod = { containers: [{ ...app, readinessProbe, startupProbe }] };
    expect(probeUserAgents(pod, 8080)).toEqual(['', 'watchdog']);
  });

  it('include those of init containers that stay', () => {
    const sidecar = { name: 'proxy', restartPolicy: 'Always', startupProbe: { httpGet: { port: 4180 } } };
    expect(probeUserAgents({ containers: [app], initContainers: [sidecar] }, 8080)).toEqual(['kube-probe/*']);
  });

  it('are none for other kinds of probes', () => {
    const pod = {
      containers: [
        {
          ...app,
          livenessProbe: { tcpSocket: { port: 8080 } },
          readinessProbe: { exec: { command: ['true'] } },
        },
      ],
    };
    expect(probeUserAgents(pod, 8080)).toEqual([]);
  });
});

/** A pod whose mesh asks the app instead of the kubelet. */
function meshed(orders: object | string, probes: object) {
  const value = typeof orders === 'string' ? orders : JSON.stringify(orders);
  const proxy = {
    name: 'istio-proxy',
    env: [{ name: 'ISTIO_KUBE_APP_PROBERS', value }],
  };
  return { containers: [{ ...app, ...probes }], initContainers: [proxy] };
}

describe('probes that a mesh has moved to its proxy', () => {
  const path = '/app-health/app/readyz';
  const readinessProbe = { httpGet: { path, port: 15020 } };

  it('are looked for where they end', () => {
    const pod = meshed({ [path]: { httpGet: { port: 8080, scheme: 'HTTP' } } }, { readinessProbe });
    expect(probeUserAgents(pod, 8080)).toEqual(['kube-probe/*']);
    expect(probeUserAgents(pod, 5432)).toEqual([]);
  });

  it('say what either of both declares, the kubelet first', () => {
    const own = (value: string) => [{ name: 'User-Agent', value }];
    const before = { [path]: { httpGet: { port: 8080, httpHeaders: own('before') } } };
    expect(probeUserAgents(meshed(before, { readinessProbe }), 8080)).toContain('before');
    const after = { readinessProbe: { httpGet: { path, port: 15020, httpHeaders: own('after') } } };
    expect(probeUserAgents(meshed(before, after), 8080)).toContain('after');
  });

  it('are told where they cannot be read', () => {
    const orders = {
      [path]: { httpGet: { port: 8080, scheme: 'HTTPS' } },
      '/app-health/app/livez': { grpc: { port: 8080 } },
    };
    const livenessProbe = { httpGet: { path: '/app-health/app/livez', port: 15020 } };
    const found = obstructedProbes(meshed(orders, { readinessProbe, livenessProbe }), 8080);
    expect(found.map(({ kind, protocol }) => `${kind} ${protocol}`)).toEqual([
      'liveness grpc',
      'readiness https',
    ]);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"/a": 1}',
    `{"${path}": {"httpGet": {"port": {}, "httpHeaders": [null, 7]}}}`,
  ])('are none where that is told by %s', (orders) => {
    expect(() => probeUserAgents(meshed(orders, { readinessProbe }), 8080)).not.toThrow();
    expect(obstructedProbes(meshed(orders, { readinessProbe }), 8080)).toEqual([]);
  });
});

describe('probes that a bridge is in the way of', () => {
  it('are gRPC and HTTPS ones on the port, and commands that name it', () => {
    const pod = {
      containers: [
        {
          ...app,
          livenessProbe: { grpc: { port: 8080 } },
          readinessProbe: { httpGet: { port: 'http', scheme: 'HTTPS' } },
          startupProbe: { exec: { command: ['curl', 'localhost:8080/'] } },
        },
      ],
    };
    expect(obstructedProbes(pod, 8080).map(({ kind, protocol }) => `${kind} ${protocol}`)).toEqual([
      'liveness grpc',
      'readiness https',
      'startup exec',
    ]);
    expect(obstructedProbes(pod, 80)).toEqual([]);
  });
});
