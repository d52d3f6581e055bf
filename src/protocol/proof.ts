import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who proves that it knows the secret. */
export type Prover = 'session' | 'program';

/** What a proof is about: all that was said until then, and where. */
export interface ProofSubject {
  /** The hello as its line. */
  readonly hello: string;
  /** The program's random words. */
  readonly nonce: string;
  /** TCP port the program listens on, so that nobody passes the words on to another one; undefined = a socket. */
  readonly port: number | undefined;
}

/** Shows that somebody knows a secret without telling it: HMAC-SHA-256 over everything both have said. Pure. */
export function proofOf(secret: string, prover: Prover, { hello, nonce, port }: ProofSubject): string {
  const text = JSON.stringify([prover, hello, nonce, port ?? 'socket']);
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Whether two proofs are the same, in a time that does not depend on where they differ. */
export function sameProof(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)];
  return left.length === other.length && timingSafeEqual(left, other);
}
