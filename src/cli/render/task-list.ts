import {
  DefaultRenderer,
  ListrDefaultRendererLogLevels as Level,
  Listr,
  type ListrTask,
  type ListrTaskObject,
  ListrTaskState,
  type ListrTaskWrapper,
  Spinner,
} from 'listr2';
import { deferred } from '../../common/deferred.ts';
import type { Event, PlannedStep } from '../../model/event.ts';
import type { LiveRegion } from './live-region.ts';
import { PassRows, type Row, type RowState, type RowsOfPart } from './pass-rows.ts';
import { hiddenRows, partTitle, rowTitle } from './row-titles.ts';
import type { Style } from './style.ts';
import { wrapWords } from './wrap-words.ts';

/** How long each picture is shown, milliseconds. */
const FRAME_MS = 80;

/** What a list is drawn with. */
export interface TaskListOptions {
  readonly region: LiveRegion;
  readonly style: Style;
  /** A row for each step, in our own words and with its cause; all of them stay. */
  readonly verbose: boolean;
}

/**
 * A pass in a terminal, as tasks of listr2: its parts, below each what is being done, folded up when it is done. The
 * only file that knows listr2, which decides nothing here: a task waits for what is told of its steps.
 */
export class TaskList {
  readonly #options: TaskListOptions;
  readonly #rows: PassRows;
  readonly #parts: readonly FollowingTask<RowsOfPart>[];
  readonly #tasks = new Map<Row, FollowingTask<Row>>();
  readonly #renderer = deferred<DefaultRenderer>();
  readonly #spinner = new Spinner();
  readonly #run: Promise<unknown>;

  constructor(steps: readonly PlannedStep[], options: TaskListOptions) {
    this.#options = options;
    this.#rows = new PassRows(steps, options.verbose);
    this.#parts = this.#rows.parts.map((part) => this.#taskOf(part));
    const listr = new Listr(
      this.#parts.map((task) => task.described),
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        renderer: this.#rendererClass(),
        rendererOptions: {
          ...looksOf(options.style),
          spinner: this.#spinner,
          collapseSubtasks: !options.verbose,
          collapseErrors: false,
        },
      },
    );
    this.#run = listr.run();
  }

  /** Takes what happened to a step. False when it is about none of these. */
  take(event: Event): boolean {
    const taken = this.#rows.take(event, performance.now());
    if (taken) this.#follow();
    return taken;
  }

  /** Whether all that was to be done is done. */
  get isDone(): boolean {
    return this.#rows.isDone;
  }

  /** Leaves the last picture standing: what never began is shown as that. Resolves when it stands. */
  async end(): Promise<void> {
    this.#rows.end(performance.now());
    this.#follow();
    await this.#run;
    const renderer = await this.#renderer.promise;
    const { region } = this.#options;
    for (const task of [...this.#parts, ...this.#tasks.values()]) task.finish();
    this.#entitle(Number.POSITIVE_INFINITY);
    region.draw([]);
    region.print(`${renderer.create()}\n`);
  }

  #follow(): void {
    for (const task of [...this.#parts, ...this.#tasks.values()]) task.follow();
  }

  #taskOf(part: RowsOfPart): FollowingTask<RowsOfPart> {
    const rows = part.rows.map((row) => new FollowingTask(row));
    for (const task of rows) this.#tasks.set(task.shown, task);
    const described = rows.map((task) => task.described);
    return new FollowingTask(part, (self) =>
      self.newListr(described, { concurrent: true, exitOnError: false }),
    );
  }

  /** Says of each task what it is called now; one that is called nothing is not drawn. */
  #entitle(height: number): void {
    const { region, style, verbose } = this.#options;
    const look = { now: performance.now(), width: region.width, style, verbose };
    const hidden =
      verbose && height === Number.POSITIVE_INFINITY ? new Set() : hiddenRows(this.#rows.parts, height);
    for (const task of this.#parts) task.entitle(partTitle(task.shown, look));
    for (const [row, task] of this.#tasks) {
      task.entitle(hidden.has(row) ? '' : rowTitle(row, look));
    }
  }

  /** Draws with what `LiveRegion` can: on the terminal given, within its size also while that changes. */
  #rendererClass(): typeof DefaultRenderer {
    const { region } = this.#options;
    const spinner = this.#spinner;
    const ready = this.#renderer.resolve;
    const entitle = () => this.#entitle(region.height);
    return class extends DefaultRenderer {
      // The terminal is not stdout, which alone listr2 asks.
      static override nonTTY = true;
      #timer: NodeJS.Timeout | undefined;

      override async render(): Promise<void> {
        ready(this);
        this.#timer = setInterval(() => this.update(), FRAME_MS);
        this.#timer.unref();
        this.update();
      }

      override update(): void {
        spinner.spin();
        entitle();
        region.draw(this.create().split('\n').slice(0, region.height));
      }

      override end(): void {
        clearInterval(this.#timer);
      }

      // Also of a task that has no title at this moment.
      protected override shouldOutputToBottomBar(): boolean {
        return false;
      }

      protected override format(message: string, icon: string, level: number): string[] {
        if (message === '') return [];
        const indent = '  '.repeat(level);
        const lines = wrapWords(message, region.width - indent.length - 2);
        return lines.map((line, index) => `${indent}${index === 0 ? icon : ' '} ${line}`);
      }
    };
  }
}

type Task = ListrTaskObject<unknown, typeof DefaultRenderer>;
type Wrapper = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>;

/** A task of listr2 that is as the row or the part is that it shows. */
class FollowingTask<Shown extends Row | RowsOfPart> {
  readonly shown: Shown;
  readonly described: ListrTask<unknown, typeof DefaultRenderer>;
  readonly #began = deferred();
  readonly #over = deferred();
  #task: Task | undefined;
  #title = '';

  /** `within`: what it consists of. */
  constructor(shown: Shown, within?: (self: Wrapper) => Listr) {
    this.shown = shown;
    this.described = {
      title: ' ',
      task: async (_, self: Wrapper) => {
        this.#task = self.task;
        self.task.title = this.#title;
        self.task.state$ = ListrTaskState.WAITING;
        await this.#began.promise;
        self.task.state$ = ListrTaskState.STARTED;
        return within === undefined ? this.#over.promise : within(self);
      },
    };
  }

  /** What it shows may have changed. */
  follow(): void {
    const { shown } = this;
    if (shown.state !== 'waiting') this.#began.resolve();
    if (shown.state === 'failed' && 'error' in shown) this.#over.reject(new Error(whyOf(shown)));
    else if (shown.state !== 'waiting' && shown.state !== 'running') this.#over.resolve();
  }

  entitle(title: string): void {
    this.#title = title;
    if (this.#task === undefined) return;
    this.#task.title = title;
    // Each time: listr2 hears only of what is said after it has drawn the task once. It cannot hear of one that is over.
    const { shown } = this;
    if ('said' in shown && shown.said !== '' && shown.state === 'running') this.#task.output$ = shown.said;
  }

  /** It has run, and how it is now is how it stays, also where listr2 thinks otherwise. */
  finish(): void {
    if (this.#task !== undefined) this.#task.state = ENDS[this.shown.state];
  }
}

const ENDS: Readonly<Record<RowState, ListrTaskState>> = {
  waiting: ListrTaskState.SKIPPED,
  running: ListrTaskState.SKIPPED,
  skipped: ListrTaskState.SKIPPED,
  done: ListrTaskState.COMPLETED,
  failed: ListrTaskState.FAILED,
  undone: ListrTaskState.ROLLED_BACK,
};

function whyOf({ error }: Row): string {
  return error === undefined ? 'it failed' : [error.message, ...(error.evidence ?? [])].join('\n');
}

/** Marks and colours, for terminals that are light or dark. */
function looksOf({ cyan, dim, green, red, yellow }: Style) {
  const painted = (paint: (text: string) => string) => (text?: string) => paint(text ?? '');
  return {
    icon: {
      [Level.PENDING]: '❯',
      [Level.WAITING]: '·',
      [Level.COMPLETED]: '✔',
      [Level.COMPLETED_WITH_FAILED_SUBTASKS]: '✖',
      [Level.FAILED]: '✖',
      [Level.FAILED_WITH_FAILED_SUBTASKS]: '✖',
      [Level.ROLLED_BACK]: '↩',
      [Level.SKIPPED_WITH_COLLAPSE]: '·',
      [Level.OUTPUT]: '›',
    },
    color: {
      [Level.PENDING]: painted(cyan),
      [Level.WAITING]: painted(dim),
      [Level.COMPLETED]: painted(green),
      [Level.COMPLETED_WITH_FAILED_SUBTASKS]: painted(red),
      [Level.FAILED]: painted(red),
      [Level.FAILED_WITH_FAILED_SUBTASKS]: painted(red),
      [Level.ROLLED_BACK]: painted(yellow),
      [Level.SKIPPED_WITH_COLLAPSE]: painted(dim),
      [Level.OUTPUT]: painted(dim),
    },
  };
}
