import type { Event } from '../model/event.ts';
import type { Runner } from '../runner/index.ts';
import { lastLines, type UnitInfo } from '../runner/index.ts';

/** Why a service is not running any more, with the words it left; undefined when its container is gone by now. */
export async function describeEnd(
  runner: Runner,
  container: UnitInfo,
  service: string,
): Promise<Event | undefined> {
  // An earlier run may have ended for another reason.
  const lines = await lastLines(runner, container.id, { tail: 5, since: container.startedAt });
  // Whoever stopped it to remove it needs not be told.
  const now = await runner.findUnit(container.id);
  if (now === undefined || now.state === 'removing' || now.state === 'dead') return undefined;
  const words = lines.length === 0 ? 'it wrote nothing' : `last lines: ${lines.join(' / ')}`;
  return {
    type: 'state',
    resource: `container/${service}`,
    state: 'exited',
    reason: `${exitWords(container)}; ${words}`,
  };
}

/** How a container has ended, in a few words. */
export function exitWords({ outOfMemory, exitCode }: Pick<UnitInfo, 'outOfMemory' | 'exitCode'>): string {
  return outOfMemory ? 'out of memory' : `exit code ${exitCode ?? 'unknown'}`;
}
