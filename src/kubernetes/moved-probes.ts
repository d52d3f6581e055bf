import type { V1Container, V1Probe } from '@kubernetes/client-node';

/**
 * Where the proxy of a mesh has its orders: what to ask the program itself, for each path that the kubelet asks the proxy
 * for (Istio; JSON, a `Probe` by path).
 */
const ORDERS = 'ISTIO_KUBE_APP_PROBERS';

/** Probes that a mesh has moved to its proxy, as they were before, by the path the kubelet asks for instead. */
export type MovedProbes = ReadonlyMap<string, V1Probe>;

/** The probes that a mesh has moved, as the variables of its proxy among these containers tell. Pure. */
export function movedProbes(containers: readonly V1Container[]): MovedProbes {
  const orders = containers.flatMap(({ env }) =>
    (env ?? []).flatMap(({ name, value }) => (name === ORDERS && value !== undefined ? [value] : [])),
  );
  return new Map(orders.flatMap(readOrders));
}

/** A probe as it was before a mesh moved it. What the kubelet says it is, the proxy passes on. Pure. */
export function asItWas(probe: V1Probe, moved: MovedProbes): V1Probe {
  const before = moved.get(probe.httpGet?.path ?? '');
  if (before?.httpGet === undefined) return before ?? probe;
  const httpHeaders = [...(before.httpGet.httpHeaders ?? []), ...(probe.httpGet?.httpHeaders ?? [])];
  return { ...before, httpGet: { ...before.httpGet, httpHeaders } };
}

/** None where the variable holds something else: whoever makes the pod may put anything there. */
function readOrders(text: string): readonly (readonly [string, V1Probe])[] {
  try {
    return Object.entries(fieldsOf(JSON.parse(text))).map(([path, order]) => [path, readProbe(order)]);
  } catch {
    return [];
  }
}

/** What matters here of a probe: whether it is HTTP, where it goes, and what it says. */
function readProbe(order: unknown): V1Probe {
  const { httpGet, grpc } = fieldsOf(order);
  if (httpGet === undefined) return grpc === undefined ? {} : { grpc: { port: portIn(grpc) } };
  const { scheme, httpHeaders } = fieldsOf(httpGet);
  const headers = (Array.isArray(httpHeaders) ? httpHeaders : []).map(fieldsOf);
  return {
    httpGet: {
      port: portIn(httpGet),
      scheme: String(scheme),
      httpHeaders: headers.map(({ name, value }) => ({ name: String(name), value: String(value ?? '') })),
    },
  };
}

/** A mesh writes down numbers, also for ports that had a name. */
function portIn(holder: unknown): number {
  return Number(fieldsOf(holder)['port']);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
