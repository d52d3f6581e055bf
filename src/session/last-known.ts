import type { ErrorFacts } from '../common/errors.ts';
import type { Observed } from '../model/observed.ts';

/**
 * What a session has once learned of workloads, for when they cannot be asked: what stands is not given up for that, and
 * what must be made anew meanwhile is made from it.
 */
export class LastKnown {
  readonly #environments = new Map<string, Readonly<Record<string, string>>>();
  readonly #ports = new Map<string, number>();
  readonly #warn: (message: string) => void;
  /** Targets whose variables were last known only, and told so. */
  readonly #told = new Set<string>();

  /** `warn` hears once of variables that are used though they could not be read again. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** What was observed, with what is known from before in place of what could not be had. */
  completed(observed: Observed): Observed {
    const { environments, unreadEnvironments, ports, unfoundPorts } = observed;
    for (const target of environments.keys()) this.#told.delete(target);
    for (const [target, { message }] of unreadEnvironments) {
      if (!this.#environments.has(target) || this.#told.has(target)) continue;
      this.#told.add(target);
      this.#warn(`the variables of ${target} cannot be read, those read before are used: ${message}`);
    }
    const known = filled(environments, unreadEnvironments, this.#environments);
    const found = filled(ports, unfoundPorts, this.#ports);
    return {
      ...observed,
      environments: known.answers,
      unreadEnvironments: known.refusals,
      ports: found.answers,
      unfoundPorts: found.refusals,
    };
  }
}

function filled<T>(
  answers: ReadonlyMap<string, T>,
  refusals: ReadonlyMap<string, ErrorFacts>,
  memory: Map<string, T>,
) {
  for (const [key, answer] of answers) memory.set(key, answer);
  const remembered = [...memory].filter(([key]) => refusals.has(key));
  return {
    answers: new Map([...answers, ...remembered]),
    refusals: new Map([...refusals].filter(([key]) => !memory.has(key))),
  };
}
