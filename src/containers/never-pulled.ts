import { DevenvError } from '../common/errors.ts';

/** The error of an image that the engine does not have and that shall not be fetched. */
export function neverPulled(reference: string): DevenvError {
  return new DevenvError({
    code: 'image-not-found',
    message: `the engine does not have image ${reference}, and its pull_policy is never`,
    hint: 'build or load it, or let it be pulled with `pull_policy: missing`',
    owner: 'user',
  });
}
