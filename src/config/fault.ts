/** What is wrong with a short text; `from` and `to` are offsets of the wrong part within it. */
export interface Fault {
  /** Stable kebab-case name of the kind of problem. */
  readonly code: string;
  readonly from: number;
  readonly to: number;
  /** One sentence, lower case, naming the wrong part. */
  readonly message: string;
  /** The fix in words. */
  readonly hint?: string;
}

/** Whether parsing gave a fault instead of a result. */
export function isFault(result: object): result is Fault {
  return 'from' in result && 'message' in result;
}
