import { DevenvError } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { PlatformNeeds } from '../platform/index.ts';
import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';
import { readWorkload, type Workload, workloadKind } from './workloads.ts';

/** The workload of a target, as far as it could be read. */
export type WorkloadOf = (target: TargetRef) => Workload | undefined;

/**
 * Reads all workloads that a session needs, each once. One that is not there, or that may not be read, is left out: that is
 * told where it is used. Errors: all others.
 */
export async function readWorkloads(api: ClusterApi, needs: PlatformNeeds): Promise<WorkloadOf> {
  const targets = new Map(
    targetsOf(needs)
      .filter((target) => workloadKind(target) !== undefined)
      .map((target) => [targetText(target), target] as const),
  );
  const read = [...targets].map(
    async ([text, target]) => [text, await unlessTold(readWorkload(api, target))] as const,
  );
  const known = new Map(await Promise.all(read));
  return (target) => known.get(targetText(target));
}

function targetsOf({ bridges, outbound, environments, files }: PlatformNeeds): readonly TargetRef[] {
  return [
    ...bridges.map(({ target }) => target),
    ...outbound,
    ...environments,
    ...files.map(({ from }) => from),
  ];
}

/** Undefined for what is told where it is used. */
async function unlessTold<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const isTold =
      error instanceof DevenvError && ['target-not-found', 'target-unsupported'].includes(error.code);
    if (!isTold && statusOf(error) !== 403) throw error;
    return undefined;
  }
}
