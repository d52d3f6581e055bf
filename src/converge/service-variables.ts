import { serviceEnvironment } from '../containers/index.ts';
import { type Service, targetText } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';

/**
 * All variables that a service gets: those of the file, and behind them those of the workloads that it takes them from.
 * Those that its image has are not among them. Errors: those of `Platform.readEnvironment`.
 */
export async function variablesOf(
  service: Service,
  platform: Platform,
): Promise<Readonly<Record<string, string>>> {
  const targets = new Map(service.envFrom.map(({ target }) => [targetText(target), target]));
  const read = [...targets].map(
    async ([text, target]) => [text, await platform.readEnvironment(target)] as const,
  );
  return serviceEnvironment(service, new Map(await Promise.all(read)));
}
