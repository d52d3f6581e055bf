import type { ErrorFacts } from '../common/errors.ts';
import type { Reporter } from '../model/event.ts';
import { containerName } from '../model/identity.ts';
import { neededBy } from '../model/part-of-workspace.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import type { Passes } from './passes.ts';
import { meantOf, type StoppedServices } from './stopped-services.ts';

/** What stopping and starting work with. */
export interface StopOptions {
  readonly runner: Runner;
  readonly workspace: Workspace;
  readonly stopped: StoppedServices;
  readonly passes: Passes;
  readonly report: Reporter;
  /** Settles as the first pass does: before it, nothing is to be made. */
  readonly ready: Promise<unknown>;
}

/**
 * Stops services, which stay so until somebody starts them: requests in flight end first, and the originals answer. None
 * named = all. Resolves to why some run still. Errors: `usage` for one that there is not; those of looking, and of the first
 * pass; `cancelled`.
 */
export async function stopServices(
  names: readonly string[],
  options: StopOptions,
): Promise<readonly ErrorFacts[]> {
  const { stopped, passes, ready } = options;
  const meant = await meantBy(names, options);
  stopped.stop(meant);
  await ready;
  await passes.adjust();
  return meant.flatMap((name) => passes.failureOf(`container/${name}`) ?? []);
}

/**
 * Starts services that were stopped, or have ended by themselves. None named = all. What they need is left as it is, and told
 * where it was stopped. Resolves to why some do not run. Errors: as `stopServices`.
 */
export async function startServices(
  names: readonly string[],
  options: StopOptions,
): Promise<readonly ErrorFacts[]> {
  const { workspace, stopped, passes, report, ready } = options;
  const meant = await meantBy(names, options);
  stopped.start(meant);
  for (const name of neededBy(workspace, meant)) {
    if (!stopped.stopped.has(name)) continue;
    const hint = `\`devenv start ${name}\` starts it as well`;
    report({ type: 'warning', message: `service ${name} is needed, and stays stopped`, hint });
  }
  await ready;
  await passes.adjust();
  return meant.some((name) => stopped.starting.has(name)) ? passes.missing : [];
}

/** Where all are meant, what has done its work for others is left in peace. */
async function meantBy(
  names: readonly string[],
  { runner, workspace }: Pick<StopOptions, 'runner' | 'workspace'>,
): Promise<readonly string[]> {
  const { name: project, services } = workspace;
  const meant = meantOf(names, services.keys());
  if (names.length > 0) return meant;
  const oneOffs = new Set(
    [...services.values()].flatMap(({ dependsOn }) =>
      dependsOn.flatMap(({ service, condition }) =>
        condition === 'service_completed_successfully' ? [service] : [],
      ),
    ),
  );
  const looked = meant.map(async (name) => {
    if (!oneOffs.has(name)) return [name];
    const found = await runner.findUnit(containerName(project, name, 'service'));
    return found?.exitCode === 0 ? [] : [name];
  });
  return (await Promise.all(looked)).flat();
}
