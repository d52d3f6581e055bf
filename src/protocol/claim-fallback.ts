import { type Fields, fieldsOf, mismatch, number, text } from './decode.ts';

/** What becomes of requests that a claim takes, while its service is away. */
export type ClaimFallback =
  /** They wait for it, each for so many milliseconds at most; when it has been away for so long, the original answers. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** They are refused. */
  | { readonly kind: 'fail' };

/** Longest wait, milliseconds: whoever asks has given up by then. */
export const LONGEST_WAIT_MS = 60_000;

/** The fallback in a claim, where there is one. Errors: `protocol-mismatch`. */
export function fallbackIn({ fallback }: Fields): { readonly fallback?: ClaimFallback } {
  if (fallback === undefined) return {};
  const fields = fieldsOf(fallback, 'the fallback');
  const kind = text(fields, 'kind');
  if (kind === 'fail') return { fallback: { kind } };
  const ms = kind === 'wait' ? number(fields, 'ms') : Number.NaN;
  if (kind === 'wait' && ms > 0 && ms <= LONGEST_WAIT_MS) return { fallback: { kind, ms } };
  throw mismatch(`a fallback is none: ${kind}`);
}
