import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import { isMarkName } from '../match/index.ts';
import type { Workspace } from '../model/workspace.ts';
import type { LoadOptions } from './load-options.ts';
import { MARK_FORM } from './read/own-mark.ts';
import { PROJECT_NAME } from './read/workspace.ts';

/** Errors: `usage` for a choice that no file can make right: an impossible project name or mark. */
export function refuseImpossibleChoice({ projectName, as }: LoadOptions): void {
  if (projectName !== undefined && !PROJECT_NAME.test(projectName)) {
    throw usage(
      `${JSON.stringify(projectName)} cannot be a project name`,
      'use lower-case letters, digits, - and _, beginning with a letter or digit',
    );
  }
  if (as !== undefined && !isMarkName(as)) {
    throw usage(
      `${JSON.stringify(as)} cannot mark requests`,
      `say another one with --as NAME or GEFYRA_AS; ${MARK_FORM}`,
    );
  }
}

/** Errors: `usage` for a context or namespace where the targets are not on Kubernetes. */
export function refuseForeignChoice(
  { connection }: Workspace,
  { context, namespace }: Pick<LoadOptions, 'context' | 'namespace'>,
): void {
  if (connection.platform === 'kubernetes' || (context === undefined && namespace === undefined)) return;
  const flag = context === undefined ? '--namespace' : '--context';
  throw usage(`${flag} is for targets on Kubernetes, and those of this file are on Docker`);
}

/**
 * Which of the services that were named there are none of. `known`: those of the file, whatever their profiles. Errors:
 * `usage` when there is one, or, where they may be gone, when that leaves none.
 */
export function goneServices(
  { services = [], servicesMayBeGone = false }: LoadOptions,
  known: readonly string[],
): readonly string[] {
  const gone = services.filter((name) => !known.includes(name));
  const [first] = gone;
  if (first === undefined || (servicesMayBeGone && gone.length < services.length)) return gone;
  const there = known.length === 0 ? 'the file has none' : `there is ${known.join(', ')}`;
  throw usage(`there is no service ${first}`, didYouMean(...nearest(first, known)) ?? there);
}

function usage(message: string, hint?: string): DevenvError {
  return new DevenvError({
    code: 'usage',
    message,
    ...(hint === undefined ? {} : { hint }),
    owner: 'user',
  });
}
