import { planBridges } from '../bridges/index.ts';
import { planConnection } from '../connection/index.ts';
import { planContainers } from '../containers/index.ts';
import { planFiles } from '../files/index.ts';
import type { Observed } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { PlatformKind, Service } from '../model/workspace.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Operation } from './operation.ts';

/** What should be. */
export interface Desired {
  /** Project name. */
  readonly project: string;
  readonly services: readonly Service[];
  /** Where the targets live. */
  readonly platform: PlatformKind;
  /** Reference of the image that gateway and agent run from. */
  readonly agentImage: string;
}

/** What should be after `down`. */
export const NOTHING_DESIRED: Desired = {
  project: '',
  services: [],
  platform: 'docker',
  agentImage: '',
};

/** What must be done to get from what is to what should be. Pure; sorted so that equal inputs give equal text. */
export function planPass(desired: Desired, observed: Observed): Plan<Operation> {
  const connection = planConnection(desired, observed);
  const renewedGateways = new Set(
    connection.flatMap(({ operation }) =>
      operation.kind === 'start-gateway' ? [operation.gateway.service] : [],
    ),
  );
  const containers = planContainers({ ...desired, movedNamespaces: renewedGateways }, observed);
  const steps: readonly Step<Operation>[] = [
    ...connection,
    ...containers,
    ...planFiles({ ...desired, renewedGateways }, observed),
    ...planBridges(desired.services, observed),
  ];
  const ordered = steps.map((step) => ({ ...step, after: dependenciesOf(step, steps) }));
  return { steps: inOrder(ordered), warnings: [] };
}

/** Sorts by dependency, and by name among those that could run at once. */
function inOrder(steps: readonly Step<Operation>[]): readonly Step<Operation>[] {
  const left = [...steps].sort((one, other) => (one.resource < other.resource ? -1 : 1));
  const sorted: Step<Operation>[] = [];
  while (left.length > 0) {
    const isFree = (step: Step<Operation>) => !left.some((other) => step.after.includes(other.resource));
    const next = left.findIndex(isFree);
    // Dependencies follow the kinds of resources, which have no cycle.
    sorted.push(...left.splice(Math.max(next, 0), 1));
  }
  return sorted;
}
