import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { ClusterApi } from '../../../src/kubernetes/api.ts';
import type { Cluster } from '../../../src/kubernetes/kubeconfig.ts';

/** Objects by the path they are read at; a collection is made from the pods, which a label selector picks. */
export interface TinyContent {
  readonly objects?: Readonly<Record<string, unknown>>;
  readonly pods?: readonly V1Pod[];
}

/** An API server that knows some objects and nothing else, and who asks it from the namespace `shop`. */
export async function aTinyCluster(
  content: TinyContent,
): Promise<AsyncDisposable & { readonly api: ClusterApi }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://cluster.test');
    const found = content.objects?.[pathname] ?? podsAt(pathname, searchParams, content.pods ?? []);
    response.statusCode = found === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(found ?? { message: `no ${pathname}`, reason: 'NotFound' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const cluster = {
    config: { applyToHTTPSOptions: async () => {} },
    context: 'tiny',
    namespace: 'shop',
    server: `http://127.0.0.1:${port}`,
    identity: 'tiny',
    user: 'dev',
    tokenFile: undefined,
  } as unknown as Cluster;
  return { api: new ClusterApi(cluster), [Symbol.asyncDispose]: () => closed(server) };
}

/** A pod that runs and is ready, with labels `app: NAME`. */
export function aPod(name: string, spec: V1Pod['spec'], namespace = 'shop'): V1Pod {
  return {
    metadata: { name, namespace, uid: `uid-of-${name}`, labels: { app: name } },
    ...(spec === undefined ? {} : { spec: { nodeName: 'node', ...spec } }),
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function podsAt(path: string, query: URLSearchParams, pods: readonly V1Pod[]): unknown {
  const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods(?:\/([^/]+))?$/.exec(path) ?? [];
  const there = pods.filter(({ metadata }) => metadata?.namespace === namespace);
  if (namespace === undefined) return undefined;
  if (name !== undefined) return there.find(({ metadata }) => metadata?.name === name);
  const wanted = (query.get('labelSelector') ?? '').split(',').map((one) => one.split('='));
  const items = there.filter(({ metadata }) =>
    wanted.every(([key = '', value]) => key === '' || metadata?.labels?.[key] === value),
  );
  return { items };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
