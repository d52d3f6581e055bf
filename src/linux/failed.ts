import { DevenvError } from '../common/errors.ts';

/** Something that concerns a program of this machine did not become, with what it wrote. */
export function failed(why: string, evidence: readonly string[] = []): DevenvError {
  return new DevenvError({
    code: 'container-failed',
    message: why,
    evidence,
    evidenceIs: 'output',
    owner: 'environment',
  });
}
