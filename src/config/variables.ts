import type { Lookup } from './interpolate.ts';

/** The variables a file may use. */
export interface Variables {
  readonly get: Lookup;
  /** Names of all that are set, for suggestions. */
  readonly names: () => Iterable<string>;
}

/** What is set, as variables. */
export function variablesFrom(environment: Readonly<Record<string, string | undefined>>): Variables {
  const set = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) set.set(name, value);
  return { get: (name) => set.get(name), names: () => set.keys() };
}

/** Variables, and behind them others for what they do not have. */
export function withFallback(variables: Variables, fallback: Variables): Variables {
  return {
    get: (name) => variables.get(name) ?? fallback.get(name),
    names: () => new Set([...variables.names(), ...fallback.names()]),
  };
}
