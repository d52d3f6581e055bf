import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';

/** The Services of the namespace; none where they may not be listed, for nothing else needs that right. */
export async function listServices(api: ClusterApi): Promise<readonly V1Service[]> {
  const path = `/api/v1/namespaces/${api.cluster.namespace}/services`;
  try {
    return (await api.send<{ items: V1Service[] }>({ doing: 'list services', path })).items;
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return [];
  }
}

/**
 * The variables by which the kubelet tells the containers of a pod of the Services that were there when it started and have
 * an address of their own; none where the pod does not want them. Pure.
 */
export function serviceLinks(
  services: readonly V1Service[],
  { spec, status }: V1Pod,
): ReadonlyMap<string, string> {
  if (spec?.enableServiceLinks === false) return new Map();
  const started = timeOf(status?.startTime) ?? Number.POSITIVE_INFINITY;
  const known = services.filter(({ metadata }) => (timeOf(metadata?.creationTimestamp) ?? 0) <= started);
  return new Map(known.flatMap(linksOf));
}

function linksOf({ metadata, spec }: V1Service): readonly (readonly [string, string])[] {
  const { clusterIP: host = 'None', ports = [] } = spec ?? {};
  const [first] = ports;
  if (host === 'None' || host === '' || first === undefined) return [];
  const prefix = variableOf(metadata?.name ?? '');
  const url = ({ protocol = 'TCP', port }: typeof first) =>
    `${protocol.toLowerCase()}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name, port }) =>
      name === undefined ? [] : [[`${prefix}_SERVICE_PORT_${variableOf(name)}`, String(port)] as const],
    ),
    [`${prefix}_PORT`, url(first)],
    ...ports.flatMap((one) => {
      const { protocol = 'TCP', port } = one;
      const whole = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      return [
        [whole, url(one)],
        [`${whole}_PROTO`, protocol.toLowerCase()],
        [`${whole}_PORT`, String(port)],
        [`${whole}_ADDR`, host],
      ] as const;
    }),
  ];
}

function variableOf(name: string): string {
  return name.toUpperCase().replaceAll(/[-.]/g, '_');
}

/** Milliseconds since 1970; the client gives times as text or as dates. */
function timeOf(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : new Date(time).getTime();
}
