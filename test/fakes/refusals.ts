import { DevenvError, type ErrorCode } from '../../src/common/errors.ts';

/** What a fake refuses because of what the caller asked for. */
export function refused(code: ErrorCode, message: string): DevenvError {
  return new DevenvError({ code, message, owner: 'user' });
}

/** What a fake engine cannot do. */
export function engineFailed(why: string): DevenvError {
  return new DevenvError({
    code: 'engine-failed',
    message: `the container engine ${why}`,
    owner: 'environment',
  });
}
