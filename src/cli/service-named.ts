import { didYouMean, nearest } from '../common/nearest.ts';
import type { Service, Workspace } from '../model/workspace.ts';
import { wrongUse } from './wrong-use.ts';

/**
 * The service of that name; without a name the only one of the file. Errors: `usage` when there is none of that name, or
 * several to choose from.
 */
export function serviceNamed({ services, file }: Workspace, name: string | undefined): Service {
  const names = [...services.keys()];
  const only = names.length === 1 ? names[0] : undefined;
  const found = services.get(name ?? only ?? '');
  if (found !== undefined) return found;
  const [message, hint] =
    name === undefined
      ? [`${file} has several services`, `name one of ${names.join(', ')}`]
      : [
          `there is no service ${name}`,
          didYouMean(...nearest(name, names)) ?? `there are ${names.join(', ')}`,
        ];
  throw wrongUse(message, hint);
}
