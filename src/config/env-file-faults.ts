import type { Lookup } from './interpolate.ts';
import type { Problem } from './problem.ts';
import type { FailedVariable } from './variable-problems.ts';

/** What is wrong with one variable of an env file. */
interface Fault {
  readonly problems: readonly Problem[];
  readonly failed: readonly FailedVariable[];
}

/** Which variables of an env file are wrong, and why: a wrong one matters only to who uses it. */
export class Faults {
  readonly #byName = new Map<string, Fault>();
  readonly #failed: FailedVariable[] = [];

  /** Names of those that are wrong. */
  get names(): ReadonlySet<string> {
    return new Set(this.#byName.keys());
  }

  /** All pieces that could not be replaced. */
  get failed(): readonly FailedVariable[] {
    return this.#failed;
  }

  /** Notes a variable, which takes the place of an earlier one of its name; one without faults is right again. */
  add(
    name: string,
    problems: readonly Problem[],
    failed: readonly FailedVariable[],
    used: ReadonlySet<string> = new Set(),
  ): void {
    this.#failed.push(...failed);
    const { problems: usedProblems, failed: usedFailed } = this.of(used);
    const fault = { problems: [...problems, ...usedProblems], failed: [...failed, ...usedFailed] };
    if (fault.problems.length + fault.failed.length === 0) this.#byName.delete(name);
    else this.#byName.set(name, fault);
  }

  /** A lookup that notes in `used` which wrong variables of the file it was asked for, those of `outer` aside. */
  follow(values: ReadonlyMap<string, string>, outer: Lookup, lookup: Lookup) {
    const used = new Set<string>();
    const following: Lookup = (name) => {
      if (this.#byName.has(name) && values.has(name) && outer(name) === undefined) used.add(name);
      return lookup(name);
    };
    return { lookup: following, used };
  }

  /** All that is wrong with these variables. */
  of(names: ReadonlySet<string>): Fault {
    const faults = [...names].flatMap((name) => this.#byName.get(name) ?? []);
    return {
      problems: [...new Set(faults.flatMap(({ problems }) => problems))],
      failed: [...new Set(faults.flatMap(({ failed }) => failed))],
    };
  }
}
