/** What runs inside the container of a service beside its program, when that has started and before it is stopped. */
export interface Hooks {
  /** One after the other, each time the container was started; a failure is the service's. */
  readonly postStart: readonly Hook[];
  /** One after the other, before the container is stopped; a failure is only told. */
  readonly preStop: readonly Hook[];
}

/** A command of `Hooks`. */
export interface Hook {
  /** Program and arguments; at least one word. */
  readonly command: readonly string[];
  /** `USER[:GROUP]`, names or ids; undefined = the container's. */
  readonly user: string | undefined;
  /** Whether it may do everything that the machine's root may; default false. */
  readonly privileged: boolean;
  /** Absolute path inside the container; undefined = the container's. */
  readonly workingDir: string | undefined;
  /** Variables over those of the container. */
  readonly environment: Readonly<Record<string, string>>;
}

/** No hooks. */
export const NO_HOOKS: Hooks = { postStart: [], preStop: [] };
