/** What to load and from where. */
export interface LoadOptions {
  /**
   * The files, relative to `directory`, later ones over earlier ones; `-` is standard input. Default: the nearest
   * `gefyra.yaml` in `directory` or above it.
   */
  readonly files?: readonly string[] | undefined;
  /** Gives standard input, whenever it is asked for. Default: it is empty. */
  readonly readInput?: (() => Promise<string>) | undefined;
  /** Whether a `gefyra.override.yaml` beside the first file comes last. Default: true. */
  readonly override?: boolean | undefined;
  /** Absolute path of the directory the user is in. */
  readonly directory: string;
  /** Variables of the process. They win over those of env files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Project name that replaces the file's. */
  readonly projectName?: string | undefined;
  /** Context of the kubeconfig that replaces the file's. */
  readonly context?: string | undefined;
  /** Namespace that replaces the file's. */
  readonly namespace?: string | undefined;
  /** Profiles that are active; `*` stands for all. Default: none. */
  readonly profiles?: readonly string[] | undefined;
  /**
   * Names of the services that are wanted: they, and what they need, are all that the result has, and their profiles are
   * active. Default, also where it is empty: all.
   */
  readonly services?: readonly string[] | undefined;
  /** Names among these that no service has any more are left out, unless that leaves none. Default: they are refused. */
  readonly servicesMayBeGone?: boolean | undefined;
  /** Name that marks one's own requests, for `match: mine`. Default: the user's on this machine. */
  readonly as?: string | undefined;
  /** Env files, relative to `directory`, later ones over earlier ones. Default: `.env` beside the file, if there is one. */
  readonly envFiles?: readonly string[] | undefined;
  /** Absolute path of an env file whose variables come before those of the default one; absent when there is none. */
  readonly outerEnvFile?: string | undefined;
  /** Whether the files and directories that the file names must exist. Default: true. */
  readonly checkPaths?: boolean | undefined;
  /** Ends the reading of files. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
}
