import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import { maskedError, valueMask } from '../common/secrets/known-values.ts';
import { runPostStart, runPreStop } from '../containers/index.ts';
import type { Reporter } from '../model/event.ts';
import { containerName } from '../model/identity.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import { meantOf, type StoppedServices } from './stopped-services.ts';

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
  readonly stopped: StoppedServices;
  /** Starts services that were stopped. */
  readonly start: (services: readonly string[]) => Promise<readonly ErrorFacts[]>;
  /** Stops services that run although they were stopped. */
  readonly adjust: () => Promise<void>;
  /** Does the work when requests in flight to the service have ended, within so many milliseconds. */
  readonly aside: (service: string, withinMs: number, work: () => Promise<void>) => Promise<void>;
}

/**
 * Restarts services in place: same containers, same addresses, same bridges. None named = all. Those that were stopped are
 * started. Errors: `usage` for one that there is not; the runner's, and those of hooks.
 */
export async function restartServices(names: readonly string[], options: RestartOptions): Promise<void> {
  const { runner, project, services, restarting, stopped, report, signal, aside } = options;
  const meant = meantOf(names, services.keys());
  const halted = meant.filter((name) => stopped.stopped.has(name));
  const wanted = [...services.values()].filter(({ name }) => meant.includes(name) && !halted.includes(name));
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
  const [missing] = halted.length === 0 ? [] : await options.start(halted);
  if (missing !== undefined) throw new DevenvError(missing);
  // Whoever stopped one meanwhile may have found nothing that ran.
  if (wanted.some(({ name }) => stopped.stopped.has(name))) await options.adjust();
}
