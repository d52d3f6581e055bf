import type { ContainerSummary, Engine } from '../engine/index.ts';
import { label, type Role } from '../model/labels.ts';
import type { Liveness, Observed, ObservedContainer } from '../model/observed.ts';

/** What to look at. */
export interface ObserveOptions {
  readonly engine: Engine;
  readonly project: string;
  /** Image references whose presence matters. */
  readonly images: readonly string[];
  /** What a running session says is live. */
  readonly live: Liveness;
}

/** One look at everything of a project. Errors: `engine-unreachable`, `engine-failed`. */
export async function observe({ engine, project, images, live }: ObserveOptions): Promise<Observed> {
  const ours = { [label.project]: project };
  const [containers, networks, found] = await Promise.all([
    engine.listContainers(ours),
    engine.listNetworks(ours),
    Promise.all(
      [...new Set(images)].map(
        async (reference) => [reference, (await engine.findImage(reference))?.id] as const,
      ),
    ),
  ]);
  const ofRole = (role: Role) =>
    containers.filter(({ labels }) => labels[label.role] === role).map(observedContainer);
  return {
    holders: ofRole('holder'),
    gateways: ofRole('gateway'),
    services: ofRole('service'),
    networks: networks.map(({ id, name, labels }) => ({ id, name, session: labels[label.session] ?? '' })),
    images: new Map(found),
    live,
  };
}

function observedContainer({ id, name, state, labels }: ContainerSummary): ObservedContainer {
  return {
    id,
    name,
    service: labels[label.service] ?? '',
    running: state === 'running',
    session: labels[label.session] ?? '',
    config: labels[label.config] ?? '',
  };
}
