import type { Forward } from '../model/forward.ts';

/** What can be done to forwards. */
export type ForwardOperation =
  /** Listen on this machine, and carry what comes through an agent of the target. */
  | { readonly kind: 'open-forward'; readonly forward: Forward }
  /** The same, in place of one of the same port that led elsewhere. */
  | { readonly kind: 'replace-forward'; readonly forward: Forward; readonly replaces: Forward }
  /** Listen no longer; connections through it end. */
  | { readonly kind: 'close-forward'; readonly forward: Forward };
