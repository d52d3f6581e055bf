import { DevenvError } from '../common/errors.ts';

/** An error with the service in front that it is about. */
export function named(error: DevenvError, service: string): DevenvError {
  return new DevenvError({
    code: error.code,
    message: `service ${service}: ${error.message}`,
    owner: error.owner,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
    ...(error.evidenceIs === undefined ? {} : { evidenceIs: error.evidenceIs }),
  });
}
