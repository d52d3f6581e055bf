import type { V1ServicePort } from '@kubernetes/client-node';
import { didYouMean, nearest } from '../common/nearest.ts';
import type { TargetRef } from '../model/workspace.ts';
import { containerOf, lastingContainers } from './containers.ts';
import { notFound, type Workload } from './workloads.ts';

/**
 * The number of a port that a reference's pods name, or the number itself. A name is looked for in the container that
 * the reference names, else in all. Of a Service it is the name or number of one of its ports, which leads to one of the
 * container; one that leads to that number will do as well. Errors: `target-not-found` listing the names. Pure.
 */
export function portNumber(reference: TargetRef, workload: Workload, port: number | string): number {
  const { servicePorts } = workload;
  if (servicePorts !== undefined) return behindService(reference, workload, servicePorts, String(port));
  return typeof port === 'number' ? port : namedPort(reference, workload, port);
}

function behindService(
  reference: TargetRef,
  workload: Workload,
  ports: readonly V1ServicePort[],
  wanted: string,
): number {
  const overTcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const found =
    overTcp.find(({ name, port }) => name === wanted || String(port) === wanted) ??
    overTcp.find((port) => String(port.targetPort) === wanted);
  if (found === undefined) {
    const known = overTcp.map(({ name, port }) => (name === undefined ? `${port}` : `${port} (${name})`));
    throw notFound(
      reference,
      `the Service has no TCP port ${wanted}`,
      known.length === 0 ? undefined : `its ports: ${known.join(', ')}`,
    );
  }
  const { port, targetPort = port } = found;
  if (/^\d+$/.test(String(targetPort))) return Number(targetPort);
  return namedPort(reference, workload, String(targetPort));
}

function namedPort(reference: TargetRef, workload: Workload, port: string): number {
  const container = reference.path[1] === undefined ? undefined : containerOf(reference, workload);
  const declared = lastingContainers(workload.pod)
    .filter(({ name }) => container === undefined || name === container)
    .flatMap(({ ports }) => ports ?? []);
  const found = declared.find(({ name }) => name === port);
  if (found !== undefined) return found.containerPort;
  const names = declared.flatMap(({ name }) => name ?? []);
  throw notFound(
    reference,
    `none of its ports is named ${port}`,
    didYouMean(...nearest(port, names)) ??
      (names.length > 0
        ? `names of its ports: ${names.join(', ')}`
        : 'its ports have no names; write the number'),
  );
}
