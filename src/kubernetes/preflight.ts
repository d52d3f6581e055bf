import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorFacts, errorFacts } from '../common/errors.ts';
import { closedWayText } from '../model/closed-way.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Place, PlatformNeeds, Preflight, Target } from '../platform/index.ts';
import { tryAgents } from './admission.ts';
import type { ClusterApi } from './api.ts';
import { lastingContainers } from './containers.ts';
import { readFiles } from './files.ts';
import { lookAtMemory } from './memory-room.ts';
import { byNamespace, type Permission } from './permissions.ts';
import { podAt } from './pod-address.ts';
import { listens } from './port-forward.ts';
import { portNumber } from './ports.ts';
import { obstructedProbes } from './probes.ts';
import { permissionProblem, rightsFor } from './rights.ts';
import { resolveTarget } from './targets.ts';
import { tryStandalone } from './try-standalone.ts';
import { readWorkload, type Workload, workloadKind } from './workloads.ts';
import { readWorkloads } from './workloads-of.ts';

const FILES = { name: 'the look at the files', ms: 5000 };

/** See `Platform.preflight`. Changes nothing: what would be made is sent as a dry run. */
export async function preflight(api: ClusterApi, needs: PlatformNeeds): Promise<Preflight> {
  const parts = [...byNamespace(needs)].map(([namespace, part]) => preflightOf(api.within(namespace), part));
  const looks = await Promise.all(parts);
  return {
    problems: looks.flatMap(({ problems }) => problems),
    warnings: looks.flatMap(({ warnings }) => warnings),
    later: looks.flatMap(({ later = [] }) => later),
  };
}

/** Of one namespace: rights are given there. */
async function preflightOf(api: ClusterApi, needs: PlatformNeeds): Promise<Preflight> {
  const workloadOf = await readWorkloads(api, needs);
  const asked = rightsFor(api, needs, workloadOf);
  const targets = new Map(
    [...needs.bridges.map(({ target }) => target), ...needs.environments, ...needs.outbound].map(
      (target) => [targetText(target), target] as const,
    ),
  );
  // At the same time: where the right to look is missing, the cluster says so.
  const looks = new Map(
    [...targets].flatMap(([text, target]) =>
      workloadKind(target) === undefined ? [] : [[text, lookAt(api, target)] as const],
    ),
  );
  const rights = await asked;
  const { missing } = rights;
  const problems: ErrorFacts[] = [];
  const warnings: string[] = [];
  const later: string[] = [];
  if (missing.length > 0) problems.push(await permissionProblem(api, rights, needs.project));
  const may = (resource: string) => !missing.some((permission) => permission.resource === resource);
  const checks = [...targets.values()].map(async (target) => {
    const ports = needs.bridges.filter((bridge) => targetText(bridge.target) === targetText(target));
    if (target.kind === 'namespace') {
      if (may('jobs')) await tryStandalone(api, needs.agentImage);
      return;
    }
    const look = looks.get(targetText(target));
    if (look === undefined || !may('pods')) return;
    const workload = workloadOf(target) ?? (await readWorkload(api, target));
    const { places, closedWay } = await look;
    const place = places.find(({ isStarting }) => !isStarting) ?? places[0];
    if (place === undefined) return;
    if (closedWay !== undefined && ports.length > 0)
      warnings.push(
        `${targetText(target)}: ${closedWayText(closedWay, probesHelp(ports, workload, places))}`,
      );
    for (const { port } of ports) {
      const number = numberOf(target, workload, port, problems);
      if (number === undefined) continue;
      const looked = await checkPort(api, target, workload, place, number, may('pods/portforward'));
      problems.push(...looked.problems);
      warnings.push(...looked.warnings);
      later.push(...looked.later);
    }
    const needsAgent =
      ports.length > 0 || needs.outbound.some((one) => targetText(one) === targetText(target));
    if (needsAgent && may('pods/ephemeralcontainers')) {
      const bridged = ports.map(({ port }) => port);
      const tried = tryAgents(api, { target, places, ports: bridged, image: needs.agentImage });
      const [told] = await Promise.all([lookAtMemory(api, place), tried]);
      warnings.push(...told);
    }
  });
  const files = needs.files.map(({ from, source }) => tryFiles(api, from, source));
  for (const outcome of await Promise.allSettled([...checks, ...files])) {
    if (outcome.status === 'rejected' && !isRepeated(outcome.reason, missing))
      problems.push(errorFacts(outcome.reason));
  }
  return { problems, warnings, later };
}

/** Whether the workload runs, and would be ready if the service answered its probes. */
function probesHelp(
  bridges: PlatformNeeds['bridges'],
  workload: Workload,
  places: readonly Place[],
): boolean {
  return bridges.some(({ target, port, probes }) => {
    const number = portNumber(target, workload, port);
    return (
      probes !== 'mine' &&
      places.some(
        ({ trouble, probeUserAgents }) => trouble === undefined && probeUserAgents(number).length > 0,
      )
    );
  });
}

/** The number of a port; undefined where it cannot be had, which is one of the problems then, and not the only one told. */
function numberOf(
  target: TargetRef,
  workload: Workload,
  port: number | string,
  problems: ErrorFacts[],
): number | undefined {
  try {
    return portNumber(target, workload, port);
  } catch (error) {
    problems.push(errorFacts(error));
    return undefined;
  }
}

function lookAt(api: ClusterApi, target: TargetRef): Promise<Target> {
  const look = resolveTarget(api, target);
  // Whoever may not look does not hear of it.
  look.catch(() => {});
  return look;
}

/** A permission that is known to be missing need not be told again by whoever ran into it. */
function isRepeated(error: unknown, missing: readonly Permission[]): boolean {
  return missing.length > 0 && error instanceof DevenvError && error.code === 'permission-missing';
}

async function checkPort(
  api: ClusterApi,
  target: TargetRef,
  workload: Workload,
  place: Place,
  port: number,
  mayDial: boolean,
): Promise<Required<Preflight>> {
  const problems: ErrorFacts[] = [];
  const warnings: string[] = [];
  for (const { container, kind, protocol, command } of obstructedProbes(workload.pod, port)) {
    const probe = `the ${kind} probe of container ${container}`;
    if (protocol === 'exec') {
      warnings.push(
        `${probe} may call port ${port} of ${targetText(target)} (\`${command}\`): it asks your service as long as the bridge is live, and fails at a breakpoint`,
      );
      continue;
    }
    const name = protocol === 'grpc' ? 'gRPC' : 'HTTPS';
    problems.push({
      code: 'target-unsupported',
      message: `port ${port} of ${targetText(target)} cannot be bridged: ${probe} calls it by ${name}, which cannot be told from other traffic, so that your service would have to answer it`,
      hint: `bridge another port, or let the probe use HTTP or another port`,
      owner: 'user',
    });
  }
  return { problems, warnings, later: await seenLater(api, target, workload, place, port, mayDial) };
}

/**
 * What only an agent can see for sure, from within: whether something listens on a port that nobody declares. From here only
 * the pod's 127.0.0.1 can be looked at.
 */
async function seenLater(
  api: ClusterApi,
  target: TargetRef,
  workload: Workload,
  place: Place,
  port: number,
  mayDial: boolean,
): Promise<readonly string[]> {
  const declared = lastingContainers(workload.pod).flatMap(({ ports }) => ports ?? []);
  const isDeclared = declared.some(({ containerPort }) => containerPort === port);
  if (isDeclared || !mayDial || (await listens(api, { ...podAt(place), port }))) return [];
  const known = declared.map(({ name, containerPort }) =>
    name === undefined ? String(containerPort) : `${containerPort} (${name})`,
  );
  const others = known.length === 0 ? '' : `; ports there: ${known.join(', ')}`;
  return [
    `none of the containers of ${targetText(target)} declares port ${port}, and nothing answers on it at 127.0.0.1 in pod ${place.name}: whether it listens elsewhere is seen when it is bridged${others}`,
  ];
}

/** Errors: why they cannot be read. One that is large, or a cluster that is slow, says nothing against them. */
async function tryFiles(api: ClusterApi, from: TargetRef, source: string): Promise<void> {
  try {
    await withDeadline(FILES, undefined, () => readFiles(api, from, source));
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code !== 'deadline-passed') throw error;
  }
}
