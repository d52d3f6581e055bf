import { pause } from '../common/deadline.ts';
import { cancelled, DevenvError } from '../common/errors.ts';
import { containerName } from '../model/identity.ts';
import type { Dependency } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import { lastLines, type UnitInfo } from '../runner/index.ts';

const LOOK_AGAIN_MS = 100;

/** What a wait works with. */
export interface AwaitOptions {
  readonly runner: Runner;
  readonly project: string;
  readonly warn: (message: string) => void;
}

/**
 * Waits until a dependency is healthy, or has ended with code 0. Errors: `container-failed` with its last output when
 * that cannot come true any more; only a warning where the dependency is not required.
 */
export async function awaitCondition(
  dependency: Dependency,
  options: AwaitOptions,
  signal: AbortSignal,
): Promise<void> {
  const name = containerName(options.project, dependency.service, 'service');
  while (!signal.aborted) {
    const found = await options.runner.findUnit(name);
    const verdict = verdictOn(dependency, found);
    if (verdict === 'met') return;
    if (verdict !== 'wait') return fail(dependency, verdict, name, options);
    await pause(LOOK_AGAIN_MS, signal);
  }
  throw cancelled(`the wait for ${dependency.service}`);
}

/** `met`, `wait`, or why it cannot come true. */
function verdictOn(
  { service, condition }: Dependency,
  found: UnitInfo | undefined,
): 'met' | 'wait' | { readonly why: string } {
  if (found === undefined) return { why: `service ${service} has no container` };
  const ended = found.state === 'exited' || found.state === 'dead';
  if (condition === 'service_completed_successfully') {
    if (!ended) return 'wait';
    return found.exitCode === 0 ? 'met' : { why: `service ${service} ended with ${endOf(found)}` };
  }
  if (ended) return { why: `service ${service} ended with ${endOf(found)} before it was healthy` };
  if (found.health === 'unhealthy') {
    const words =
      found.healthOutput === '' ? 'its test wrote nothing' : `its test said: ${found.healthOutput}`;
    return { why: `service ${service} is unhealthy; ${words}` };
  }
  if (found.health === undefined) {
    return { why: `service ${service} has no health check, neither in the file nor in its image` };
  }
  return found.health === 'healthy' ? 'met' : 'wait';
}

function endOf({ exitCode, outOfMemory }: UnitInfo): string {
  return outOfMemory ? 'exit code 137, out of memory' : `exit code ${exitCode ?? 'unknown'}`;
}

async function fail(
  { required }: Dependency,
  { why }: { readonly why: string },
  container: string,
  { runner, warn }: AwaitOptions,
): Promise<void> {
  if (!required) return warn(`${why}; going on, for it is not required`);
  throw new DevenvError({
    code: 'container-failed',
    message: why,
    evidence: await lastLines(runner, container),
    evidenceIs: 'output',
    hint: 'mend it and save the file, or run `devenv up` again',
    owner: 'user',
  });
}
