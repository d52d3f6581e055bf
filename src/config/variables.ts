import type { Lookup } from './interpolate.ts';

/** The variables a file may use. */
export interface Variables {
  readonly get: Lookup;
  /** Names of all that are set, for suggestions. */
  readonly names: () => Iterable<string>;
}

/** Variables of the process over those of env files: what is set for the process wins. */
export function variablesFrom(
  environment: Readonly<Record<string, string | undefined>>,
  fromFiles: ReadonlyMap<string, string>,
): Variables {
  const process = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.set(name, value);
  return {
    get: (name) => process.get(name) ?? fromFiles.get(name),
    names: () => new Set([...process.keys(), ...fromFiles.keys()]),
  };
}
