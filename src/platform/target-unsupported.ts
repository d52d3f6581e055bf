import { DevenvError } from '../common/errors.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';

/** The error of a target that is there and must not be touched, with the reason and a way around it. */
export function targetUnsupported(
  reference: TargetRef,
  why: string,
  hint: string,
  evidence?: readonly string[],
): DevenvError {
  return new DevenvError({
    code: 'target-unsupported',
    message: `the target ${targetText(reference)} cannot be bridged: ${why}`,
    hint,
    ...(evidence === undefined ? {} : { evidence }),
    owner: 'user',
  });
}
