import { DevenvError } from '../common/errors.ts';

/** What the command line asks for cannot be: why, and what to write in its place. */
export function wrongUse(message: string, hint: string): DevenvError {
  return new DevenvError({ code: 'usage', message, hint, owner: 'user' });
}
