/** What a kind of problem of the file means, with a file that has it and the same file without it. */
export interface Explanation {
  /** Stable name of the kind, as problems show it. */
  readonly code: string;
  /** What is wrong, and why it matters, in a sentence or two. */
  readonly meaning: string;
  /** A whole file that has this problem. */
  readonly wrong: string;
  /** The file mended. */
  readonly right: string;
  /** Texts of files beside both, by name; none unless given. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Whether it is a warning: the file is used nevertheless. Default: false. */
  readonly isWarning?: boolean;
}

/** A file with one service, to whose image these lines are added. */
export function app(...lines: readonly string[]): string {
  return service('image: shop-api:dev', ...lines);
}

/** A file with one service of these lines. */
export function service(...lines: readonly string[]): string {
  return `services:\n  app:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
