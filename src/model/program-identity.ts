/** Which devenv a process runs. */
export interface ProgramIdentity {
  /** Version of the package, e.g. `0.1.0`. */
  readonly version: string;
  /** Twelve hexadecimal digits, others for every other build, also of the same version. */
  readonly build: string;
}

/** As people read it. */
export function programText({ version, build }: ProgramIdentity): string {
  return `devenv ${version} (build ${build})`;
}
