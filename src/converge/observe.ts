import { type ErrorFacts, errorFacts } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { label, type Role } from '../model/labels.ts';
import { type Liveness, type Observed, type ObservedContainer, portKey } from '../model/observed.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { joinedUnit, type UnitSummary } from '../runner/index.ts';

/** What to look at. */
export interface ObserveOptions {
  readonly engine: Engine;
  readonly project: string;
  /** Only containers and networks that this session made; absent = those of any session of the project. */
  readonly session?: string;
  /** Image references whose presence matters. */
  readonly images: readonly string[];
  /** Workloads whose variables matter, and what reads them; absent = none do. */
  readonly environments?: EnvironmentsWanted;
  /** Ports that are named, and what finds their numbers; absent = there are none. */
  readonly ports?: PortsWanted;
  /** What a running session says is live. */
  readonly live: Liveness;
}

/** Named ports whose numbers are wanted. */
export interface PortsWanted {
  readonly names: readonly { readonly target: TargetRef; readonly name: string }[];
  /** Errors: `target-not-found`, `target-unsupported`. */
  readonly read: (target: TargetRef, name: string) => Promise<number>;
}

/** Workloads whose variables are wanted. */
export interface EnvironmentsWanted {
  readonly targets: readonly TargetRef[];
  /** Errors: `target-not-found`, `target-unsupported`. */
  readonly read: (target: TargetRef) => Promise<Readonly<Record<string, string>>>;
}

/**
 * One look at everything of a project. What a platform does not tell is part of what was seen. Errors: `engine-unreachable`,
 * `engine-failed`.
 */
export async function observe(options: ObserveOptions): Promise<Observed> {
  const { engine, project, images, live } = options;
  const ours = { [label.project]: project };
  const made = options.session === undefined ? ours : { ...ours, [label.session]: options.session };
  const [containers, networks, volumes, environments, ports, found] = await Promise.all([
    engine.listUnits(made),
    engine.listNetworks(made),
    // Of any project: the file may name one that was made elsewhere.
    engine.listVolumes({}),
    readEnvironments(options.environments),
    readPorts(options.ports),
    Promise.all(
      [...new Set(images)].map(
        async (reference) => [reference, (await engine.findImage(reference))?.id] as const,
      ),
    ),
  ]);
  const ofRole = (role: Role) =>
    containers.filter(({ labels }) => labels[label.role] === role).map(observedContainer);
  return {
    gateways: ofRole('gateway'),
    services: ofRole('service'),
    networks: networks.map(({ id, name, labels }) => ({ id, name, session: labels[label.session] ?? '' })),
    volumes,
    environments: environments.answers,
    unreadEnvironments: environments.refusals,
    ports: ports.answers,
    unfoundPorts: ports.refusals,
    images: new Map(found),
    live,
  };
}

async function readEnvironments(wanted: EnvironmentsWanted | undefined) {
  if (wanted === undefined) return eachOf<Readonly<Record<string, string>>>([]);
  const targets = new Map(wanted.targets.map((target) => [targetText(target), target]));
  return eachOf([...targets].map(([text, target]) => [text, wanted.read(target)]));
}

async function readPorts(wanted: PortsWanted | undefined) {
  if (wanted === undefined) return eachOf<number>([]);
  return eachOf(
    wanted.names.map(({ target, name }) => [portKey(target, name), wanted.read(target, name)] as const),
  );
}

/** What each of the questions comes to: what one is not answered is no reason to know nothing of the others. */
async function eachOf<T>(questions: readonly (readonly [string, Promise<T>])[]) {
  const answers = new Map<string, T>();
  const refusals = new Map<string, ErrorFacts>();
  const asked = questions.map(async ([key, question]) => {
    try {
      answers.set(key, await question);
    } catch (error) {
      refusals.set(key, errorFacts(error));
    }
  });
  await Promise.all(asked);
  return { answers, refusals };
}

function observedContainer({ id, name, state, labels, networkMode }: UnitSummary): ObservedContainer {
  const namespaceOwner = joinedUnit(networkMode);
  return {
    id,
    name,
    service: labels[label.service] ?? '',
    running: state === 'running',
    session: labels[label.session] ?? '',
    config: labels[label.config] ?? '',
    ...(namespaceOwner === undefined ? {} : { namespaceOwner }),
  };
}
