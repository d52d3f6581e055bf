import { displayWidth } from '../../common/display-width.ts';
import { cutEnd } from '../../common/fit-text.ts';
import type { Event, PlannedStep } from '../../model/event.ts';
import type { Style } from './style.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** How long each picture of the spinner is shown, milliseconds. */
export const FRAME_MS = 80;

/** From when on the time that a running step has taken is shown, milliseconds. */
const WORTH_TELLING_MS = 1000;

/** The steps of a pass as lines of a terminal: what they do, how long it took, and why. Knows no terminal itself. */
export class StepList {
  readonly #rows: readonly Row[];
  readonly #verbWidth: number;
  readonly #resourceWidth: number;

  constructor(steps: readonly PlannedStep[]) {
    this.#rows = steps.map((step) => ({ step, state: 'waiting', from: 0, ms: 0, said: '' }));
    this.#verbWidth = Math.max(...steps.map(({ verb }) => verb.length));
    this.#resourceWidth = Math.max(...steps.map(({ resource }) => resource.length));
  }

  /** Takes what happened to a step at a moment, milliseconds. False when it is about none of these. */
  take(event: Event, now: number): boolean {
    if (event.type !== 'progress' && event.type !== 'step') return false;
    const row = this.#rows.find(({ step }) => step.resource === event.resource);
    if (row === undefined) return false;
    if (event.type === 'progress') {
      row.said = event.message;
      return true;
    }
    switch (event.state) {
      case 'started':
        row.state = 'running';
        row.from = now;
        return true;
      case 'done':
      case 'failed':
        row.state = event.state;
        row.ms = event.ms ?? now - row.from;
        return true;
      case 'undone':
        return false;
    }
  }

  /** Whether each step has been done, or has failed. */
  get isOver(): boolean {
    return this.#rows.every(({ state }) => state === 'done' || state === 'failed');
  }

  /** All steps. Those that were never begun are shown as that. */
  lines(now: number, width: number, style: Style): readonly string[] {
    return this.#rows.map((row) => this.#line(row, now, width, style));
  }

  /** As many lines as there is room for: what is going on, and how many are done or to come. */
  linesWithin(height: number, now: number, width: number, style: Style): readonly string[] {
    const lines = this.lines(now, width, style);
    if (lines.length <= height) return lines;
    const counts = (['done', 'waiting'] as const).map(
      (state) => `${this.#rows.filter((row) => row.state === state).length} ${state}`,
    );
    const current = lines.filter((_, index) => {
      const { state = 'waiting' } = this.#rows[index] ?? {};
      return state === 'running' || state === 'failed';
    });
    return [...current.slice(0, Math.max(height - 1, 0)), style.dim(`  ${counts.join(', ')}`)];
  }

  #line({ step, state, from, ms, said }: Row, now: number, width: number, style: Style): string {
    const verb = step.verb.padEnd(this.#verbWidth);
    const resource = step.resource.padEnd(this.#resourceWidth);
    const taken = state === 'running' ? now - from : ms;
    const time =
      state !== 'waiting' && (state !== 'running' || taken >= WORTH_TELLING_MS) ? seconds(taken) : '';
    const head = ` ${verb}  ${resource}  ${time.padStart(7)}`;
    const short = shortened(noteOf(step, state, said), width - head.length - 3);
    const note = short === '' ? '' : `  ${style.dim(short)}`;
    switch (state) {
      case 'waiting':
        return style.dim(shortened(`·${head.trimEnd()}`, width));
      case 'running': {
        const frame = SPINNER[Math.floor(now / FRAME_MS) % SPINNER.length] ?? '';
        return `${style.cyan(frame)}${shortened(head, width - 1)}${note}`;
      }
      case 'done':
        return `${style.green('✔')}${shortened(head, width - 1)}${note}`;
      case 'failed':
        return `${style.red('✖')}${style.red(shortened(head, width - 1))}${note}`;
    }
  }
}

interface Row {
  readonly step: PlannedStep;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** When it began. */
  from: number;
  /** How long it took by itself, without what it waited for. */
  ms: number;
  /** The last that it told of its progress. */
  said: string;
}

function noteOf({ cause }: PlannedStep, state: Row['state'], said: string): string {
  if (state === 'running' && said !== '') return said;
  // Taking down needs no reason for each row.
  return cause === 'not wanted' ? '' : cause;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`;
}

/** A text that fits; empty where there is hardly room. */
function shortened(text: string, width: number): string {
  return width < 4 && displayWidth(text) > width ? '' : cutEnd(text, width, displayWidth);
}
