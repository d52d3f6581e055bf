import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Event, PlannedStep, Reporter } from '../../model/event.ts';
import type { Renderer } from './reporter.ts';
import { styleOf } from './style.ts';

/**
 * Shows the steps of a pass as a list that is redrawn in place, for terminals. Everything else goes to `plain`, which
 * also gets what comes while a list is drawn, as soon as that is finished. The list only watches: the pass neither
 * waits for it nor is ended by it.
 */
export function taskRenderer(terminal: NodeJS.WriteStream, plain: Reporter, color: boolean): Renderer {
  const held: Event[] = [];
  let list: StepList | undefined;

  const finish = () => {
    list = undefined;
    for (const event of held.splice(0)) plain(event);
  };
  const report: Reporter = (event) => {
    if (event.type === 'plan' && event.steps.length > 0 && list === undefined) {
      list = new StepList(event.steps, terminal, color);
      void list.drawn.then(finish);
      for (const warning of event.warnings) plain({ type: 'warning', message: warning });
      return;
    }
    if (list === undefined) {
      plain(event);
      return;
    }
    if (list.takes(event)) return;
    held.push(event);
    // Whatever ends a pass ends its list, also the steps that were never begun.
    if (event.type === 'session' || event.type === 'error') list.end();
  };
  const settled = async () => {
    list?.end();
    await list?.drawn;
  };
  return { report, settled };
}

class StepList {
  /** Resolves when the list is drawn for the last time. */
  readonly drawn: Promise<void>;
  readonly #rows = new Map<string, Row>();

  constructor(steps: readonly PlannedStep[], terminal: NodeJS.WriteStream, color: boolean) {
    const style = styleOf(color);
    for (const step of steps) {
      const title = `${step.verb} ${step.resource}`;
      // Taking down needs no reason for each row.
      const cause = step.cause === 'not wanted' ? '' : ` ${style.dim(step.cause)}`;
      const took = (ms: number) => ` ${style.dim(`${(ms / 1000).toFixed(2)} s`)}`;
      this.#rows.set(step.resource, new Row(style.dim(title), `${title}${cause}`, took));
    }
    const tasks = [...this.#rows.values()].map((row) => ({
      title: row.waiting,
      task: (_: unknown, task: ShownTask) => row.follow(task),
    }));
    const logger = new ListrLogger({ processOutput: new ProcessOutput(terminal, terminal) });
    const list = new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      // Signals are the session's: it gives everything back before it ends.
      registerSignalListeners: false,
      rendererOptions: { logger, collapseErrors: false, showErrorMessage: false },
    });
    this.drawn = list.run().then(
      () => {},
      () => {},
    );
  }

  /** True for an event that is shown in the list. */
  takes(event: Event): boolean {
    if (event.type === 'progress') return this.#rows.get(event.resource)?.say(event.message) ?? false;
    if (event.type !== 'step' || event.state === 'undone') return false;
    return this.#rows.get(event.resource)?.reach(event.state, event.ms) ?? false;
  }

  /** No more will come. */
  end(): void {
    for (const row of this.#rows.values()) row.abandon();
  }
}

/** What is used of a task of the list. */
interface ShownTask {
  title: string | undefined;
  output: string;
  skip(message?: string): void;
}

/** One step: its task in the list, and the promise by which that ends. */
class Row {
  readonly waiting: string;
  readonly #running: string;
  readonly #took: (ms: number) => string;
  readonly #ended: Promise<void>;
  #succeed: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  #task: ShownTask | undefined;
  #begun = false;
  #abandoned = false;

  constructor(waiting: string, running: string, took: (ms: number) => string) {
    this.waiting = waiting;
    this.#running = running;
    this.#took = took;
    this.#ended = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    this.#ended.catch(() => {});
  }

  follow(task: ShownTask): Promise<void> {
    this.#task = task;
    if (this.#begun) task.title = this.#running;
    else if (this.#abandoned) task.skip();
    return this.#ended;
  }

  say(message: string): true {
    if (this.#task !== undefined) this.#task.output = message;
    return true;
  }

  /** `ms` is how long the step took by itself, without what it waited for. */
  reach(state: 'started' | 'done' | 'failed', ms: number | undefined): true {
    switch (state) {
      case 'started':
        this.#begun = true;
        if (this.#task !== undefined) this.#task.title = this.#running;
        break;
      case 'done':
        if (this.#task !== undefined) this.#task.title = `${this.#running}${this.#took(ms ?? 0)}`;
        this.#succeed();
        break;
      case 'failed':
        this.#fail(new Error('failed'));
    }
    return true;
  }

  abandon(): void {
    this.#abandoned = true;
    if (!this.#begun) this.#task?.skip();
    this.#succeed();
  }
}
