import type { ExtraHost } from './workspace.ts';

/** How to make an image. */
export interface Build {
  /** Absolute path of the directory that the Dockerfile may copy from; the address of a repository with `isRemote`. */
  readonly context: string;
  /** Absolute path of the Dockerfile, which may lie outside of the context; within a repository a relative one. */
  readonly dockerfile: string;
  /** Stage of the Dockerfile to stop at; undefined = the last. */
  readonly target: string | undefined;
  /** Values for the Dockerfile's `ARG`s. */
  readonly args: Readonly<Record<string, string>>;
  /** What the file says besides; absent = nothing. */
  readonly options?: BuildOptions;
}

/** What few builds need. */
export interface BuildOptions {
  /** Whether the context is the address of a repository instead of a directory. */
  readonly isRemote: boolean;
  /** The Dockerfile itself, instead of a file; undefined = `dockerfile` is read. */
  readonly inline: string | undefined;
  /** Further contexts by name: absolute paths, or what buildx takes. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Secrets that steps may read. */
  readonly secrets: readonly BuildSecret[];
  /** Keys that steps may use: `default`, or `NAME=PATH`. */
  readonly ssh: readonly string[];
  /** Further names of the image. */
  readonly tags: readonly string[];
  /** Labels of the image by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Network of the steps; undefined = the builder's own. */
  readonly network: string | undefined;
  /** Names that steps resolve by themselves. */
  readonly extraHosts: readonly ExtraHost[];
  /** Whether the images it begins from are fetched every time. */
  readonly pull: boolean;
  /** Whether no step is taken from an earlier build. */
  readonly noCache: boolean;
}

/** A secret that steps of a build may read. */
export interface BuildSecret {
  /** Name by which the Dockerfile asks for it. */
  readonly id: string;
  /** Absolute path of a file of this machine; undefined = `content` is it. */
  readonly path: string | undefined;
  /** The secret itself; undefined = it is in a file. */
  readonly content: string | undefined;
}
