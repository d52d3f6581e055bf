import { randomBytes } from 'node:crypto';

/** Random words that were never said before, for a proof to be about. */
export function newNonce(): string {
  return randomBytes(24).toString('base64url');
}
