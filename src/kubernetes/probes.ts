import type { V1Container, V1PodSpec, V1Probe } from '@kubernetes/client-node';
import { asItWas, type MovedProbes, movedProbes } from './moved-probes.ts';

/** What the kubelet says it is when a probe says nothing else. */
const KUBELET = 'kube-probe/*';

/** A probe that a bridge on some port is in the way of. */
export interface ObstructedProbe {
  readonly container: string;
  readonly kind: 'liveness' | 'readiness' | 'startup';
  readonly protocol: 'grpc' | 'https' | 'exec';
  /** An exec probe's command, for people. */
  readonly command: string;
}

/**
 * User agents of the HTTP probes that may arrive on a port: of those that name it, though the proxy of a mesh may ask for
 * the kubelet, and of those of other containers, which a sidecar may pass on to it. A `*` at the end stands for any rest. Empty where no HTTP probe can come: then
 * nobody has to look into connections. Pure.
 */
export function probeUserAgents(pod: V1PodSpec, port: number): readonly string[] {
  const moved = movedProbes(containersOf(pod));
  const agents = containersOf(pod).flatMap((container) =>
    probesOf(container, moved).flatMap(({ probe }) => {
      const { httpGet } = probe;
      if (httpGet === undefined || httpGet.scheme === 'HTTPS') return [];
      const direct = numberOf(container, httpGet.port) === port;
      const declares = (container.ports ?? []).some(({ containerPort }) => containerPort === port);
      if (!direct && declares) return [];
      const own = httpGet.httpHeaders?.findLast(({ name }) => name.toLowerCase() === 'user-agent');
      return [own?.value ?? KUBELET];
    }),
  );
  return [...new Set(agents)].sort();
}

/**
 * Probes that a bridge on a port would break: gRPC and HTTPS ones cannot be told from other traffic; of an exec probe
 * it cannot be known for sure whether it calls the port. Pure.
 */
export function obstructedProbes(pod: V1PodSpec, port: number): readonly ObstructedProbe[] {
  const moved = movedProbes(containersOf(pod));
  return containersOf(pod).flatMap((container) =>
    probesOf(container, moved).flatMap(({ kind, probe }): ObstructedProbe[] => {
      const obstructed = (protocol: ObstructedProbe['protocol'], command = '') => [
        { container: container.name, kind, protocol, command },
      ];
      if (probe.grpc?.port === port) return obstructed('grpc');
      if (probe.httpGet?.scheme === 'HTTPS' && numberOf(container, probe.httpGet.port) === port)
        return obstructed('https');
      const command = probe.exec?.command?.join(' ') ?? '';
      return new RegExp(`(?<!\\d)${port}(?!\\d)`).test(command) ? obstructed('exec', command) : [];
    }),
  );
}

function containersOf(pod: V1PodSpec): readonly V1Container[] {
  // Init containers that restart are sidecars, with probes like any other.
  return [...pod.containers, ...(pod.initContainers ?? [])];
}

/** The probes of a container as they reach its programs. */
function probesOf(
  container: V1Container,
  moved: MovedProbes,
): readonly { readonly kind: ObstructedProbe['kind']; readonly probe: V1Probe }[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return [
    { kind: 'liveness' as const, probe: livenessProbe },
    { kind: 'readiness' as const, probe: readinessProbe },
    { kind: 'startup' as const, probe: startupProbe },
  ].flatMap(({ kind, probe }) => (probe === undefined ? [] : [{ kind, probe: asItWas(probe, moved) }]));
}

/** Ports of probes are numbers or names of the container's own ports; the client may give a number as text. */
function numberOf(container: V1Container, port: unknown): number | undefined {
  if (typeof port === 'number') return port;
  if (typeof port !== 'string') return undefined;
  if (/^\d+$/.test(port)) return Number(port);
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}
