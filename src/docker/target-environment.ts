import type { Engine } from '../engine/index.ts';
import type { TargetRef } from '../model/workspace.ts';
import { containersOf } from './targets.ts';

/** Variables that say where a container runs, not what it does. */
const OF_THE_PLACE = new Set(['HOME', 'HOSTNAME', 'PATH', 'PWD', 'SHLVL', 'TERM']);

/** See `Platform.readEnvironment`. Of several replicas the first by name speaks for all. */
export async function readEnvironment(
  engine: Engine,
  reference: TargetRef,
): Promise<Readonly<Record<string, string>>> {
  const [container] = await containersOf(engine, reference);
  if (container === undefined) return {};
  const ofImage = (await engine.findImage(container.imageId))?.environment ?? {};
  const given = Object.entries(container.environment).filter(
    ([name, value]) => !OF_THE_PLACE.has(name) && ofImage[name] !== value,
  );
  return Object.fromEntries(given);
}
