import type { ErrorFacts } from '../../common/errors.ts';
import type { Event, PlannedStep } from '../../model/event.ts';
import type { Verb } from '../../model/plan.ts';
import { PARTS, type Part, wordingOf } from './wording.ts';

/** How a row, or a whole part, is. `skipped`: it never began, and will not. */
export type RowState = 'waiting' | 'running' | 'done' | 'failed' | 'undone' | 'skipped';

/** One thing of a pass that a user sees, which may be several steps. */
export interface Row {
  readonly title: string;
  /** Why and what is done, for those who want to know; empty for all others. */
  readonly detail: string;
  /** Not worth showing unless it fails. */
  readonly internal: boolean;
  readonly state: RowState;
  /** When its first step began, milliseconds; infinite before. */
  readonly from: number;
  /** How long it has taken, milliseconds; 0 while it runs. */
  readonly ms: number;
  /** The last that was told of its progress; empty = nothing. */
  readonly said: string;
  /** Why it failed. */
  readonly error: ErrorFacts | undefined;
}

/** A part of a pass with its rows. */
export interface RowsOfPart {
  readonly part: Part;
  readonly rows: readonly Row[];
  readonly state: RowState;
  readonly from: number;
  readonly ms: number;
}

/** What a pass does, as people see it: three parts and their rows. Takes events; knows no terminal. */
export class PassRows {
  readonly #rows: readonly TakingRow[];
  readonly parts: readonly RowsOfPart[];

  /** `verbose`: a row for each step, in our own words and with its cause. */
  constructor(steps: readonly PlannedStep[], verbose: boolean) {
    const rows = new Map<string, TakingRow>();
    for (const step of steps) {
      const { part, title, internal } = wordingOf(step.resource);
      const row = verbose
        ? new TakingRow(part, `${step.verb} ${step.resource}`, causeOf(step), false)
        : (rows.get(`${part} ${title}`) ?? new TakingRow(part, title, '', internal));
      row.add(step.resource);
      rows.set(verbose ? step.resource : `${part} ${title}`, row);
    }
    this.#rows = [...rows.values()];
    this.parts = inOrder(steps).flatMap((part) => {
      const own = this.#rows.filter((row) => row.part === part);
      return own.length === 0 ? [] : [new TakingPart(part, own)];
    });
  }

  /** Takes what happened to a step at a moment, milliseconds. False when it is about none of these. */
  take(event: Event, now: number): boolean {
    if (event.type !== 'progress' && event.type !== 'step') return false;
    const row = this.#rows.find((one) => one.has(event.resource));
    row?.take(event, now);
    return row !== undefined;
  }

  /** Nothing more will be heard of them. */
  end(now: number): void {
    for (const row of this.#rows) row.end(now);
  }

  /** Whether all that was to be done is done. After a failure there may be something to take back. */
  get isDone(): boolean {
    return this.#rows.every(({ state }) => state === 'done');
  }
}

/** On the way down what comes last on the way up goes first. */
function inOrder(steps: readonly PlannedStep[]): readonly Part[] {
  const takesDown = steps.every(({ verb }) => TAKING_DOWN.includes(verb));
  return takesDown ? [...PARTS].reverse() : PARTS;
}

const TAKING_DOWN: readonly Verb[] = ['remove', 'close', 'stop'];

/** Taking down needs no reason for each row. */
function causeOf({ cause }: PlannedStep): string {
  return cause === 'not wanted' ? '' : cause;
}

class TakingRow implements Row {
  readonly part: Part;
  readonly title: string;
  readonly detail: string;
  readonly internal: boolean;
  readonly #steps = new Map<string, RowState>();
  #end = 0;
  #given = 0;
  from = Number.POSITIVE_INFINITY;
  said = '';
  error: ErrorFacts | undefined;

  constructor(part: Part, title: string, detail: string, internal: boolean) {
    this.part = part;
    this.title = title;
    this.detail = detail;
    this.internal = internal;
  }

  add(resource: string): void {
    this.#steps.set(resource, 'waiting');
  }

  has(resource: string): boolean {
    return this.#steps.has(resource);
  }

  get state(): RowState {
    const states = [...this.#steps.values()];
    for (const state of ['failed', 'undone', 'running', 'skipped'] as const)
      if (states.includes(state)) return state;
    if (states.every((state) => state === 'done')) return 'done';
    return states.includes('done') ? 'running' : 'waiting';
  }

  get ms(): number {
    if (this.#end < this.from || this.state === 'running') return 0;
    // A step knows best how long it took, however late its events came.
    return this.#steps.size === 1 && this.#given > 0 ? this.#given : this.#end - this.from;
  }

  take(event: Extract<Event, { type: 'progress' | 'step' }>, now: number): void {
    if (event.type === 'progress') {
      this.said = event.message;
      return;
    }
    if (event.state === 'started') {
      this.from = Math.min(this.from, now);
      this.#steps.set(event.resource, 'running');
      return;
    }
    // What somebody cut short has not failed.
    const isCut = event.error?.code === 'cancelled';
    this.#steps.set(event.resource, isCut ? 'skipped' : event.state);
    this.#end = now;
    this.#given = event.ms ?? this.#given;
    if (!isCut) this.error ??= event.error;
  }

  end(now: number): void {
    for (const [resource, state] of this.#steps) {
      if (state !== 'waiting' && state !== 'running') continue;
      this.#steps.set(resource, 'skipped');
      this.#end = now;
    }
  }
}

class TakingPart implements RowsOfPart {
  readonly part: Part;
  readonly rows: readonly Row[];

  constructor(part: Part, rows: readonly Row[]) {
    this.part = part;
    this.rows = rows;
  }

  get state(): RowState {
    const has = (...states: readonly RowState[]) => this.rows.some(({ state }) => states.includes(state));
    const all = (state: RowState) => this.rows.every((row) => row.state === state);
    if (has('failed')) return 'failed';
    if (all('done')) return 'done';
    if (has('undone')) return 'undone';
    if (has('running')) return 'running';
    if (all('waiting')) return 'waiting';
    // Some are done, and the others wait, or will never begin.
    return has('skipped') ? 'skipped' : 'running';
  }

  get from(): number {
    return Math.min(...this.rows.map(({ from }) => from));
  }

  get ms(): number {
    const ends = this.rows.filter(({ ms }) => ms > 0).map(({ from, ms }) => from + ms);
    return ends.length === 0 ? 0 : Math.max(...ends) - this.from;
  }
}
