import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import { maskedError, valueMask } from '../common/secrets/known-values.ts';
import { runPostStart, runPreStop } from '../containers/index.ts';
import type { Reporter } from '../model/event.ts';
import { containerName } from '../model/identity.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';

/** What restarting works with. */
export interface RestartOptions {
  readonly runner: Runner;
  readonly project: string;
  readonly services: ReadonlyMap<string, Service>;
  /** Names of those being restarted just now: their end is no news. */
  readonly restarting: Set<string>;
  readonly report: Reporter;
  /** Ends what is not over yet. */
  readonly signal: AbortSignal;
  /** Does the work when requests in flight to the service have ended, within so many milliseconds. */
  readonly aside: (service: string, withinMs: number, work: () => Promise<void>) => Promise<void>;
}

/** Restarts services in place: same containers, same addresses, same bridges. None named = all. Errors: `usage`. */
export async function restartServices(names: readonly string[], options: RestartOptions): Promise<void> {
  const { runner, project, services, restarting, report, signal, aside } = options;
  const unknown = names.find((name) => !services.has(name));
  if (unknown !== undefined) throw notThere(unknown, [...services.keys()]);
  const wanted = [...services.values()].filter(({ name }) => names.length === 0 || names.includes(name));
  for (const service of wanted) {
    const { name, image, stopGraceMs } = service;
    const found = await runner.findUnit(containerName(project, name, 'service'));
    if (found === undefined) continue;
    restarting.add(name);
    try {
      await aside(name, stopGraceMs, async () => {
        await runPreStop(found, { runner, report });
        await runner.restartUnit(found.id, stopGraceMs);
        await runPostStart(service, found.id, { runner, report }, signal);
      });
      report({ type: 'state', resource: `container/${name}`, state: 'running', reason: 'restarted' });
    } catch (error) {
      const mask = valueMask(found.environment, [project, name, image]);
      throw error instanceof DevenvError ? maskedError(error, mask) : error;
    } finally {
      restarting.delete(name);
    }
  }
}

function notThere(name: string, known: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'usage',
    message: `there is no service ${name}`,
    hint: didYouMean(...nearest(name, known)) ?? `there is ${known.join(', ')}`,
    owner: 'user',
  });
}
