import type { TmpfsMount } from '../../model/workspace.ts';
import { mountTargetFault } from '../volume-text.ts';
import { items, type Reading, stringIn, type Value } from './reading.ts';

/** Reads directories in memory: one `PATH[:OPTIONS]`, or a list of them. Options are the kernel's. */
export function readTmpfs(value: Value | undefined, reading: Reading): readonly TmpfsMount[] {
  if (value === undefined) return [];
  const places = value.node.kind === 'sequence' ? items(value) : [value];
  return places.flatMap((place) => {
    const text = stringIn(place);
    if (text === undefined) return [];
    const [path = '', ...options] = text.split(':');
    const fault = mountTargetFault(path);
    if (fault !== undefined) {
      reading.report(place, { code: 'bad-volume', ...fault });
      return [];
    }
    const target = path.replace(/(.)\/+$/, '$1');
    const mount: TmpfsMount = {
      kind: 'tmpfs',
      target,
      sizeBytes: undefined,
      mode: undefined,
      options: options.join(':'),
    };
    return [reading.remember(mount, place)];
  });
}
