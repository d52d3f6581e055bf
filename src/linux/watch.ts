import { setImmediate as turn } from 'node:timers/promises';
import { pause } from '../common/deadline.ts';
import type { UnitEvent, UnitInfo } from '../runner/index.ts';

/** Pause between looks, milliseconds: whoever started a program may be another process, and nobody tells its end. */
const LOOK_AGAIN_MS = 100;

/** What happens to units from now on, seen by looking at them, until `signal` aborts. */
export async function* watchUnits(
  look: () => readonly UnitInfo[],
  signal: AbortSignal,
): AsyncGenerator<UnitEvent> {
  let known = new Map(look().map((unit) => [unit.id, unit]));
  while (!signal.aborted) {
    await pause(LOOK_AGAIN_MS, signal);
    const now = new Map(look().map((unit) => [unit.id, unit]));
    const events = eventsBetween(known, now);
    // What a program wrote last is read before its end is told.
    if (events.length > 0) for (let turns = 0; turns < 3; turns += 1) await turn();
    yield* events;
    known = now;
  }
}

/** What has happened between two looks. Pure. */
export function eventsBetween(
  before: ReadonlyMap<string, UnitInfo>,
  now: ReadonlyMap<string, UnitInfo>,
): readonly UnitEvent[] {
  const removed = [...before.values()]
    .filter(({ id }) => !now.has(id))
    .map((unit) => eventOf('removed', unit));
  const others = [...now.values()].flatMap((unit) => {
    const earlier = before.get(unit.id);
    const isNewRun = unit.startedAt !== undefined && unit.startedAt !== earlier?.startedAt;
    const hasEnded = unit.state === 'exited' && (isNewRun || earlier?.state === 'running');
    return [
      ...(isNewRun ? [eventOf('started', unit)] : []),
      ...(hasEnded ? [eventOf('died', unit)] : []),
      ...(unit.state === 'running' &&
      earlier !== undefined &&
      unit.health !== earlier.health &&
      unit.health !== undefined
        ? [eventOf('health', unit)]
        : []),
    ];
  });
  return [...removed, ...others];
}

function eventOf(kind: UnitEvent['kind'], { id, name, labels }: UnitInfo): UnitEvent {
  return { kind, id, name, labels };
}
