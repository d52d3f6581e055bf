import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';

/** Services that somebody has stopped, and those of them that they want to run again and that do not yet. */
export class StoppedServices {
  readonly #stopped = new Set<string>();
  readonly #starting = new Set<string>();
  readonly #tell: (service: string, isStopped: boolean) => void;

  /** `tell` hears of a service that is stopped, and of one that is no longer. */
  constructor(tell: (service: string, isStopped: boolean) => void) {
    this.#tell = tell;
  }

  /** Those that are not to run, whatever else is wanted. */
  get stopped(): ReadonlySet<string> {
    return this.#stopped;
  }

  /** Those that are to be started as they are, and were not yet. */
  get starting(): ReadonlySet<string> {
    return this.#starting;
  }

  /** The same, as they will be when these are started, too. */
  afterStartOf(names: Iterable<string>): Pick<StoppedServices, 'stopped' | 'starting'> {
    const wanted = new Set(names);
    const starts = [...this.#stopped].filter((name) => wanted.has(name));
    return {
      stopped: new Set([...this.#stopped].filter((name) => !wanted.has(name))),
      starting: new Set([...this.#starting, ...starts]),
    };
  }

  /** Somebody stops them, until they start them again. */
  stop(names: Iterable<string>): void {
    for (const name of names) {
      this.#starting.delete(name);
      if (this.#stopped.has(name)) continue;
      this.#stopped.add(name);
      this.#tell(name, true);
    }
  }

  /** Somebody wants them to run, whether they have been stopped or have ended by themselves. */
  start(names: Iterable<string>): void {
    for (const name of names) {
      this.#starting.add(name);
      this.#resume(name);
    }
  }

  /** Somebody wants them to run: those that were stopped are started. */
  startStopped(names: Iterable<string>): void {
    for (const name of names) if (this.#stopped.has(name)) this.start([name]);
  }

  /** These have been started, or are there no more. */
  haveStarted(names: Iterable<string>): void {
    for (const name of names) this.#starting.delete(name);
  }

  /** What is said of others is forgotten: there are no other services any more. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#starting) if (!names.has(name)) this.#starting.delete(name);
    for (const name of this.#stopped) if (!names.has(name)) this.#resume(name);
  }

  #resume(name: string): void {
    if (this.#stopped.delete(name)) this.#tell(name, false);
  }
}

/** The services that are meant: all where none is named. Errors: `usage` for one that there is not. */
export function meantOf(names: readonly string[], known: Iterable<string>): readonly string[] {
  const all = [...known];
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return names.length === 0 ? all : [...new Set(names)];
  throw new DevenvError({
    code: 'usage',
    message: `there is no service ${unknown}`,
    hint: didYouMean(...nearest(unknown, all)) ?? `there is ${all.join(', ')}`,
    owner: 'user',
  });
}
