import { DevenvError } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';

/** The error of files that cannot be read, with the reason. */
export function unreadable(
  reference: TargetRef,
  path: string,
  why: string,
  hint = 'name a directory or file that its container has',
): DevenvError {
  return new DevenvError({
    code: 'files-unreadable',
    message: `the files in ${path} of ${targetText(reference)} cannot be read: ${why}`,
    owner: 'environment',
    hint,
  });
}
