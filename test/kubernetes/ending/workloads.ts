import { demoImage } from '../../e2e/world/paths.ts';

/**
 * An app that takes its time when it is ended, as one does that wants to lose no request: it goes on answering until its
 * callers have heard. `/slow` takes 300 ms, or `?ms=`.
 */
const program = `
const { createServer } = require('node:http');
const answer = (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app');
  const ms = pathname === '/slow' ? Number(searchParams.get('ms') ?? 300) : 0;
  setTimeout(() => response.writeHead(200, { 'x-answered-by': 'original' }).end('{}'), ms);
};
for (const port of [8155, 8156]) {
  const server = createServer(answer);
  server.keepAliveTimeout = 65000;
  server.listen(port);
  process.on('SIGTERM', () => {
    // Each answer is the last one on its connection from now on.
    server.on('request', (_, response) => response.setHeader('connection', 'close'));
    setTimeout(() => process.exit(0), 9000);
  });
}
`;

/** Two workloads that are the same but for their names: one to be bridged, and one to compare it with. */
export const twins = ['bridged', 'twin'] as const;

/** Both of them, each with a Service that the node knows. */
export function twinObjects(namespace: string): object {
  const items = twins.flatMap((name) => [deployment(name, namespace), service(name, namespace)]);
  return { apiVersion: 'v1', kind: 'List', items };
}

function deployment(name: string, namespace: string): object {
  const labels = { app: name };
  const app = {
    name: 'app',
    image: demoImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', program],
    ports: [{ containerPort: 8155 }, { containerPort: 8156 }],
    // A busy machine takes its time, with an agent in between a little more: that is not what is compared here.
    readinessProbe: { httpGet: { path: '/', port: 8155 }, periodSeconds: 1, timeoutSeconds: 10 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 20, containers: [app] },
      },
    },
  };
}

function service(name: string, namespace: string): object {
  const ports = [8155, 8156].map((port) => ({ name: `p${port}`, port }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { type: 'NodePort', selector: { app: name }, ports },
  };
}
