import { createHash } from 'node:crypto';
import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import type { Engine } from '../engine/index.ts';
import { label } from '../model/labels.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { type Place, type Target, targetUnsupported } from '../platform/index.ts';
import { joinedUnit, type UnitInfo, type UnitSummary } from '../runner/index.ts';

/** Labels by which Compose marks its containers. */
export const composeLabel = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  /** `True` on containers of `docker compose run`, which are no replicas. */
  oneOff: 'com.docker.compose.oneoff',
} as const;

const MAX_LISTED = 8;

/** See `Platform.resolveTarget`. */
export async function resolveTarget(engine: Engine, reference: TargetRef): Promise<Target> {
  const containers = await containersOf(engine, reference);
  const places = new Map<string, Place>();
  for (const container of containers) {
    const place = await placeOf(engine, reference, container);
    places.set(place.id, place);
  }
  const sorted = [...places.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { reference, places: sorted };
}

/** See `Platform.portNumber`: containers have no names for their ports. */
export async function portNumber(reference: TargetRef, name: string): Promise<never> {
  throw targetUnsupported(
    reference,
    `containers have no names for ports, so that ${name} says nothing`,
    'write the number',
  );
}

/**
 * The containers behind a reference: of a Compose service those that run, or one that does not where none does.
 * Errors: `target-not-found`, `target-unsupported`.
 */
export async function containersOf(engine: Engine, reference: TargetRef): Promise<readonly UnitInfo[]> {
  switch (reference.kind) {
    case 'container':
      return [await namedContainer(engine, reference)];
    case 'compose':
      return await replicas(engine, reference);
    default:
      throw targetUnsupported(
        reference,
        'it is no kind of target on Docker',
        'write container/NAME or compose/PROJECT/SERVICE',
      );
  }
}

async function namedContainer(engine: Engine, reference: TargetRef): Promise<UnitInfo> {
  const name = reference.path[0] ?? '';
  const container = await engine.findUnit(name);
  if (container !== undefined) return container;
  const others = (await engine.listUnits({})).filter(isForeign);
  throw notFound(reference, `there is no container ${name}`, {
    word: name,
    candidates: others.map((other) => other.name),
    what: 'containers',
  });
}

async function replicas(engine: Engine, reference: TargetRef): Promise<readonly UnitInfo[]> {
  const [project = '', service = ''] = reference.path;
  const isReplica = (container: UnitSummary) =>
    container.labels[composeLabel.oneOff]?.toLowerCase() !== 'true';
  const found = await engine.listUnits({
    [composeLabel.project]: project,
    [composeLabel.service]: service,
  });
  const candidates = found.filter(isReplica);
  const running = candidates.filter((container) => container.state === 'running');
  const first = candidates[0];
  if (first === undefined) throw await noSuchService(engine, project, service, reference);
  // With none running, the first one's state tells why.
  const wanted = running.length === 0 ? [first] : running;
  const details = await Promise.all(wanted.map((container) => engine.findUnit(container.id)));
  const present = details.filter((container) => container !== undefined);
  if (present.length === 0) throw await noSuchService(engine, project, service, reference);
  return present;
}

async function noSuchService(
  engine: Engine,
  project: string,
  service: string,
  reference: TargetRef,
): Promise<DevenvError> {
  const foreign = (await engine.listUnits({})).filter(isForeign);
  const valuesOf = (name: string, containers: readonly UnitSummary[]) => [
    ...new Set(containers.flatMap((container) => container.labels[name] ?? [])),
  ];
  const ofProject = foreign.filter((container) => container.labels[composeLabel.project] === project);
  return ofProject.length === 0
    ? notFound(reference, `no container belongs to the Compose project ${project}`, {
        word: project,
        candidates: valuesOf(composeLabel.project, foreign),
        what: 'Compose projects',
      })
    : notFound(reference, `the Compose project ${project} has no container of a service ${service}`, {
        word: service,
        candidates: valuesOf(composeLabel.service, ofProject),
        what: `services of ${project}`,
      });
}

interface Alternatives {
  /** What was written. */
  readonly word: string;
  readonly candidates: readonly string[];
  /** What the candidates are, plural. */
  readonly what: string;
}

function notFound(reference: TargetRef, why: string, alternatives: Alternatives): DevenvError {
  const { word, candidates, what } = alternatives;
  const listed = [...candidates].sort().slice(0, MAX_LISTED).join(', ');
  const more = candidates.length > MAX_LISTED ? ` and ${candidates.length - MAX_LISTED} more` : '';
  const hint =
    didYouMean(...nearest(word, candidates)) ??
    (candidates.length > 0
      ? `${what} here: ${listed}${more}`
      : `there are no ${what} on this engine; start the target first`);
  return new DevenvError({
    code: 'target-not-found',
    message: `the target ${targetText(reference)} was not found: ${why}`,
    hint,
    owner: 'user',
  });
}

/**
 * The namespace in which a container of a target has its network. One that it has of another container stands while it is
 * itself stopped or starts again; its own does not.
 */
async function placeOf(engine: Engine, reference: TargetRef, container: UnitInfo): Promise<Place> {
  refuseOwn(reference, container);
  const owner = await namespaceOwner(engine, reference, container);
  refuseOwn(reference, owner);
  if (owner.networkMode === 'host') {
    throw targetUnsupported(
      reference,
      `container ${owner.name} uses the host's network, where the rules of a bridge would act on the whole machine`,
      'run it on a network of its own: without network_mode: host',
    );
  }
  if (owner.networkMode === 'none') {
    throw targetUnsupported(
      reference,
      `container ${owner.name} has no network (network_mode: none), so nothing calls it`,
      'give it a network',
    );
  }
  // A restart keeps the container's id and gives it a new namespace; only the time of the start tells.
  const start = createHash('sha256').update(String(owner.startedAt)).digest('hex').slice(0, 8);
  return {
    id: `${owner.id.slice(0, 12)}-${start}`,
    name: owner.name,
    handle: owner.id,
    idleAgent: 'ends',
    probeUserAgents: noProbes,
    // The engine keeps no traffic from a container that is not healthy.
    isReady: container.state === 'running',
    isStarting: false,
    trouble: undefined,
  };
}

async function namespaceOwner(engine: Engine, reference: TargetRef, container: UnitInfo): Promise<UnitInfo> {
  const seen = new Set<string>();
  let owner = container;
  for (;;) {
    const next = joinedUnit(owner.networkMode);
    if (next === undefined || seen.has(owner.id)) {
      refuseStopped(reference, owner, startHint(reference, container, owner));
      return owner;
    }
    seen.add(owner.id);
    const found = await engine.findUnit(next);
    if (found === undefined) {
      throw targetUnsupported(
        reference,
        `the network of container ${owner.name} belonged to container ${next.slice(0, 12)}, which is gone`,
        `create ${container.name} again`,
      );
    }
    owner = found;
  }
}

/** The engine tests health inside of the container. */
function noProbes(): readonly string[] {
  return [];
}

function refuseStopped(reference: TargetRef, container: UnitInfo, hint: string): void {
  if (container.state === 'running') return;
  const code = container.exitCode === undefined ? '' : ` with exit code ${container.exitCode}`;
  throw targetUnsupported(
    reference,
    `container ${container.name} is not running (${container.state}${code})`,
    hint,
  );
}

function startHint({ kind, path }: TargetRef, container: UnitInfo, owner: UnitInfo): string {
  const { name } = container;
  if (owner !== container) return `start it, then ${name} again: docker restart ${owner.name} ${name}`;
  if (container.state === 'paused') return `docker unpause ${name}`;
  if (kind === 'compose') return `start it: docker compose -p ${path[0]} up -d ${path[1]}`;
  return `start it: docker start ${name}`;
}

function refuseOwn(reference: TargetRef, container: UnitInfo): void {
  if (isForeign(container)) return;
  throw targetUnsupported(
    reference,
    `container ${container.name} was made by devenv itself`,
    'name the container whose traffic shall come here',
  );
}

function isForeign(container: UnitSummary): boolean {
  return container.labels[label.role] === undefined;
}
