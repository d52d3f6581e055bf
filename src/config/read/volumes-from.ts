import type { MountsOf } from '../../model/container-settings.ts';
import type { Value } from './reading.ts';
import { textsIn } from './texts.ts';

/** Reads whose mounts a service has as well: `SERVICE[:ro|rw]`, or `container:NAME[:ro|rw]`. */
export function readMountsOf(value: Value | undefined): readonly MountsOf[] {
  return textsIn(value).map((text) => {
    const isContainer = text.startsWith('container:');
    const [name = '', mode] = text.replace(/^container:/, '').split(':');
    return { kind: isContainer ? 'container' : 'service', name, readOnly: mode === 'ro' };
  });
}
