import { unlessAborted } from '../common/deadline.ts';
import { DevenvError, type ErrorFacts, errorFacts } from '../common/errors.ts';
import type { StepFailure } from '../converge/index.ts';
import type { Reporter } from '../model/event.ts';
import type { Workspace } from '../model/workspace.ts';
import type { LiveResources, PassTerms } from './live-resources.ts';
import { type Attempt, Mending } from './mending.ts';
import { PassQueue } from './pass-queue.ts';
import { ToldFailures } from './told-failures.ts';

/** What passes work with. */
export interface PassesOptions {
  readonly resources: LiveResources;
  readonly report: Reporter;
  /** Something may run that did not before: what it writes is wanted. */
  readonly made: () => Promise<void>;
  /** A failure takes back what its pass made. Default: what does not need it stays. */
  readonly abortOnFailure: boolean;
  /** In the first one, whoever has a port is asked to let go of it. */
  readonly takesOver: boolean;
  /** In all of them, what may turn out badly is refused. */
  readonly strict: boolean;
  /** Cuts passes short and ends mending. */
  readonly signal: AbortSignal;
}

/** What a pass is asked for besides. */
type Asking = Pick<PassTerms, 'reclaims' | 'takesOver' | 'strict'>;

/** Why a pass is made: see `Passes`. */
type Kind = 'first' | 'wanted' | 'adjusting' | 'again';

/**
 * The passes of a session, one at a time, towards what was wanted last. What one could not make is tried again until it
 * is there; all else stands meanwhile.
 */
export class Passes {
  readonly #options: PassesOptions;
  readonly #queue = new PassQueue();
  readonly #told: ToldFailures;
  readonly #mending: Mending;
  #wanted: Workspace;

  constructor(workspace: Workspace, options: PassesOptions) {
    const { resources, signal } = options;
    this.#options = options;
    this.#wanted = workspace;
    this.#told = new ToldFailures(options.report);
    this.#mending = new Mending({
      inTurn: (work) => this.#queue.run('mending', work),
      plan: () => unlessAborted('the plan', signal, resources.plan(resources.workspace, { endedStay: true })),
      pass: () => this.#again(),
      signal,
    });
  }

  /** What everything tells that passes make; some of it is no news. */
  get report(): Reporter {
    return this.#told.report;
  }

  /** Why something is missing that the last pass should have made. */
  get missing(): readonly ErrorFacts[] {
    return this.#told.missing;
  }

  /** The first one. Errors: that of looking; the first failure where no service stands, or where failures abort; `cancelled`. */
  first(): Promise<void> {
    const { takesOver } = this.#options;
    return this.#queue.run('wanted', () => this.#attempt(this.#wanted, 'first', { takesOver }));
  }

  /**
   * One towards what is loaded when its turn comes; undefined = nothing. What fails has been told, and is tried again.
   * `terms`: what somebody asks for who wants it in person. Errors: that of looking or loading; the first failure where
   * failures abort.
   */
  want(load: () => Promise<Workspace | undefined>, terms: Asking = {}): Promise<void> {
    return this.#queue.run('wanted', async () => {
      const workspace = await load();
      if (workspace !== undefined) await this.#attempt(workspace, 'wanted', terms);
    });
  }

  /**
   * One towards what stands, for some of its services are to run no longer, or again. Others that have ended stay as they
   * are; so does what was wanted and could not be made. Errors: as `want`.
   */
  adjust(): Promise<void> {
    return this.#queue.run('adjusting', () =>
      this.#attempt(this.#options.resources.workspace, 'adjusting', {}),
    );
  }

  /** Why a resource is not as the last pass should have left it; undefined when it is. */
  failureOf(resource: string): ErrorFacts | undefined {
    return this.#told.failureOf(resource);
  }

  /** A gateway may be gone. */
  wayMayBeGone(): void {
    this.#mending.needed();
  }

  /** Resolves when no pass runs and none waits. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #attempt(workspace: Workspace, kind: Exclude<Kind, 'again'>, asking: Asking): Promise<void> {
    if (kind !== 'adjusting') this.#wanted = workspace;
    try {
      const attempt = await this.#pass(workspace, kind, asking);
      // What could not even be begun is missing as before.
      if (workspace === this.#wanted) this.#mending.attempted(attempt);
    } catch (error) {
      if (kind === 'first' || this.#options.signal.aborted) throw error;
      this.#told.failed([{ resource: 'pass', error }]);
      this.report({ type: 'warning', message: 'the change is not made; everything goes on as before' });
      this.#mending.attempted(isFinal(error) ? 'whole' : moveOf([error]));
      throw error;
    }
  }

  async #again(): Promise<Attempt> {
    this.#told.again();
    try {
      return await this.#pass(this.#wanted, 'again');
    } catch (error) {
      if (!this.#options.signal.aborted) this.#told.failed([{ resource: 'pass', error }]);
      return moveOf([error]);
    } finally {
      this.#told.over();
    }
  }

  async #pass(workspace: Workspace, kind: Kind, asking: Asking = {}): Promise<Attempt> {
    const { resources, signal, abortOnFailure, made, strict } = this.#options;
    const onFailure = abortOnFailure ? 'undo' : 'keep';
    this.report({ type: 'session', state: 'converging' });
    const endedStay = kind === 'again' || kind === 'adjusting';
    const terms = { onFailure, endedStay, strict, ...asking } as const;
    const { steps, failures, stands } = await resources.converge(workspace, signal, terms);
    const [first] = failures;
    if (kind === 'first' && first !== undefined && !stands) throw first.error;
    this.#told.failed(failures);
    await made();
    this.#tellEnd(steps, failures, kind);
    return moveOf(failures.map(({ error }) => error));
  }

  #tellEnd(steps: number, failures: readonly StepFailure[], kind: Kind): void {
    if (failures.length === 0) {
      // Of what is stopped the file says that it runs.
      const isAsTheFileSays = steps === 0 && kind !== 'adjusting';
      this.report({ type: 'session', state: isAsTheFileSays ? 'unchanged' : 'ready' });
      return;
    }
    const reason = failures.map(({ resource }) => resource).join(', ');
    this.report({ type: 'session', state: 'incomplete', reason });
  }
}

/** Whose move it is after these failures. */
function moveOf(errors: readonly unknown[]): Attempt {
  if (errors.length === 0) return 'whole';
  return errors.every((error) => errorFacts(error).owner === 'user') ? "user's move" : 'missing';
}

/** Nothing that happens will make it right as long as the session lives. */
function isFinal(error: unknown): boolean {
  return error instanceof DevenvError && error.code === 'session-conflict';
}
