// A story told step by step: each step is a fact that holds or does not, with what was seen and how long it took.
import { seconds, style } from '../terminal.mjs';

/** Tells steps as they come, and sums them up. */
export class Story {
  #signal;
  /** @type {{ title: string, ms: number, outcome: 'as told' | 'not as told' | 'not run' }[]} */
  #steps = [];

  /** @param {AbortSignal} signal ends the story: steps to come are not run */
  constructor(signal) {
    this.#signal = signal;
  }

  /**
   * Runs one step unless an earlier one failed.
   * @param {string} title a fact that the step establishes
   * @param {() => unknown} work throws when the fact does not hold
   */
  async step(title, work) {
    if (this.#signal.aborted || !this.isAsTold) {
      this.#steps.push({ title, ms: 0, outcome: 'not run' });
      return;
    }
    console.log(`\n${style.cyan('▸')} ${style.bold(title)}`);
    const start = performance.now();
    try {
      await work();
      const ms = performance.now() - start;
      this.#steps.push({ title, ms, outcome: 'as told' });
      console.log(`  ${style.green('✓')} ${style.dim(seconds(ms))}`);
    } catch (error) {
      this.failed(title, this.#signal.aborted ? 'interrupted' : error, performance.now() - start);
    }
  }

  /**
   * Notes a step that did not go as told.
   * @param {string} title
   * @param {unknown} error
   * @param {number} ms
   */
  failed(title, error, ms) {
    this.#steps.push({ title, ms, outcome: 'not as told' });
    const words = error instanceof Error ? error.message : String(error);
    console.log(style.red(`  ✗ ${words.replaceAll('\n', '\n    ')}`));
  }

  /** Whether nothing has failed so far. */
  get isAsTold() {
    return this.#steps.every(({ outcome }) => outcome === 'as told');
  }

  /** Prints all steps with their times. */
  summarize() {
    const width = Math.max(...this.#steps.map(({ title }) => title.length));
    const marks = { 'as told': style.green('✓'), 'not as told': style.red('✗'), 'not run': style.dim('·') };
    console.log(`\n${style.bold('steps')}`);
    for (const { title, ms, outcome } of this.#steps) {
      const took = outcome === 'not run' ? outcome : seconds(ms);
      console.log(`  ${marks[outcome]} ${title.padEnd(width)}  ${took.padStart(8)}`);
    }
    console.log(
      this.isAsTold
        ? style.green('\neverything went as told\n')
        : style.red('\nnot everything went as told\n'),
    );
  }
}

/**
 * A line below a step's title.
 * @param {string} line
 */
export function detail(line) {
  console.log(`  ${style.dim('│')} ${line}`);
}

/**
 * A line of another program's output; of a stack trace only its end.
 * @param {string} line
 */
export function quote(line) {
  if (/^\w+ \| ( {2,}\S|Traceback )/.test(line)) return;
  detail(style.dim(line));
}
