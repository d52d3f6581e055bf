import type { Engine } from '../engine/index.ts';
import type { Target } from '../platform/index.ts';
import type { UnitEvent } from '../runner/index.ts';
import { composeLabel } from './targets.ts';

/** See `Platform.watchTarget`. Events count from this call on. */
export function watchTarget(engine: Engine, target: Target, signal: AbortSignal): AsyncIterable<void> {
  const events = engine.watchUnits(signal);
  return (async function* () {
    for await (const event of events) if (concerns(target, event)) yield;
  })();
}

function concerns(target: Target, event: UnitEvent): boolean {
  if (target.places.some((place) => place.handle === event.id || place.name === event.name)) return true;
  const [first = '', second = ''] = target.reference.path;
  switch (target.reference.kind) {
    case 'container':
      return event.name === first || (first.length >= 12 && event.id.startsWith(first));
    case 'compose':
      return event.labels[composeLabel.project] === first && event.labels[composeLabel.service] === second;
    default:
      return false;
  }
}
