import { planBridges } from '../bridges/index.ts';
import { planConnection } from '../connection/index.ts';
import { planContainers } from '../containers/index.ts';
import { planFiles } from '../files/index.ts';
import { planForwards } from '../forwards/index.ts';
import type { Forward } from '../model/forward.ts';
import type { Observed } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { PlatformKind, Service } from '../model/workspace.ts';
import { dependenciesOf, requiredOf } from './dependencies.ts';
import { inOrder } from './in-order.ts';
import type { Operation } from './operation.ts';

/** What should be. */
export interface Desired {
  /** Project name. */
  readonly project: string;
  readonly services: readonly Service[];
  readonly forwards: readonly Forward[];
  /** Where the targets live. */
  readonly platform: PlatformKind;
  /** Reference of the image that gateway and agent run from. */
  readonly agentImage: string;
  /** Services that have ended stay as they are. Default: they are started anew. */
  readonly endedStay?: boolean;
  /** Services that somebody has stopped, and those that are started again as they are. Default: none. */
  readonly stopped?: ReadonlySet<string>;
  readonly starting?: ReadonlySet<string>;
}

/** What should be after `down`. */
export const NOTHING_DESIRED: Desired = {
  project: '',
  services: [],
  forwards: [],
  platform: 'docker',
  agentImage: '',
};

/**
 * What must be done to get from what is to what should be. Pure; sorted so that equal inputs give equal text.
 * Errors: those of `inOrder`.
 */
export function planPass(desired: Desired, observed: Observed): Plan<Operation> {
  const connection = planConnection(desired, observed);
  const renewedGateways = new Set(
    connection.flatMap(({ operation }) =>
      operation.kind === 'start-gateway' || operation.kind === 'replace-gateway'
        ? [operation.gateway.service]
        : [],
    ),
  );
  const containers = planContainers({ ...desired, movedNamespaces: renewedGateways }, observed);
  const steps: readonly Step<Operation>[] = [
    ...connection,
    ...containers,
    ...planFiles({ ...desired, renewedGateways }, observed),
    ...planBridges(desired.services, observed),
    ...planForwards(desired.forwards, observed.live.forwards),
  ];
  const ordered = steps.map((step) => {
    const after = dependenciesOf(step, steps);
    return { ...step, after, requires: requiredOf(step, after, steps) };
  });
  return { steps: inOrder(ordered) };
}
