import { didYouMean } from '../common/nearest.ts';

/** What is said behind a marker where something near was meant, or as a hint `otherwise`. */
export function meantOr(
  otherwise: string,
  near: string | undefined,
): { readonly label: string } | { readonly hint: string } {
  const label = near === undefined ? undefined : didYouMean(near);
  return label === undefined ? { hint: otherwise } : { label };
}
