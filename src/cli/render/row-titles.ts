import { displayWidth } from '../../common/display-width.ts';
import { cutEnd } from '../../common/fit-text.ts';
import type { Row, RowState, RowsOfPart } from './pass-rows.ts';
import type { Style } from './style.ts';

/** From when on the time that something has taken is shown while it runs, milliseconds. */
const WORTH_TELLING_MS = 1000;

/** What titles are made for. */
export interface Look {
  /** This moment, milliseconds. */
  readonly now: number;
  /** Columns of the terminal. */
  readonly width: number;
  readonly style: Style;
  /** Rows stay when they are done. */
  readonly verbose: boolean;
}

/** A part with the mark before it: what it is about once it is done, and how long it took. */
export function partTitle(part: RowsOfPart, { now, width, style, verbose }: Look): string {
  const rows = part.rows.filter(isShown);
  const done = rows.filter(({ state }) => state === 'done');
  const time = timeOf(part, now);
  const room = width - '✔ '.length - part.part.length - (time.length + 2) - 2;
  const about =
    part.state === 'done' && !verbose
      ? asManyAs(rows, room)
      : part.state === 'running' && rows.length > 1
        ? `${done.length} of ${rows.length}`
        : '';
  const more = [about, time].filter((text) => text !== '').map((text) => `  ${style.dim(text)}`);
  const heading = part.state === 'waiting' ? style.dim(part.part) : style.bold(part.part);
  return `${heading}${more.join('')}`;
}

/** Their names, and how many more there are where there is no room for all. */
function asManyAs(rows: readonly Row[], room: number): string {
  for (let count = rows.length; count > 0; count -= 1) {
    const names = rows
      .slice(0, count)
      .map(({ title }) => title)
      .join(', ');
    const text = count === rows.length ? names : `${names} and ${rows.length - count} more`;
    if (displayWidth(text) <= room) return text;
  }
  return '';
}

/** What is done below a part. */
export function rowTitle(row: Row, { now, width, style }: Look): string {
  const time = timeOf(row, now);
  // A reason is of interest for what is still to be done.
  const detail = row.state === 'waiting' || row.state === 'running' ? row.detail : '';
  const room = width - '  ✔ '.length - (time.length + 2);
  const title = cutEnd(row.title, Math.max(room, 4), displayWidth);
  const left = room - displayWidth(title) - 2;
  const reason = detail === '' || left < 4 ? '' : `  ${cutEnd(detail, left, displayWidth)}`;
  const shown = row.state === 'waiting' || row.state === 'skipped' ? style.dim(title) : title;
  return `${shown}${time === '' ? '' : `  ${style.dim(time)}`}${style.dim(reason)}`;
}

/**
 * Rows that are not drawn so that the others fit into `height` lines: first those that are done, then those that wait,
 * then the last of those that run. With any height: those that have nothing to say when all is over.
 */
export function hiddenRows(parts: readonly RowsOfPart[], height: number): ReadonlySet<Row> {
  const rows = parts.flatMap((part) => part.rows);
  const hidden = new Set(rows.filter((row) => !isShown(row)));
  const open = parts
    .filter(({ state }) => state !== 'done' && state !== 'waiting')
    .flatMap((part) => part.rows);
  const hide = (state: RowState) => {
    for (const row of open.filter((one) => one.state === state)) hidden.add(row);
  };
  if (height === Number.POSITIVE_INFINITY) {
    for (const state of ['done', 'skipped'] as const) hide(state);
    return hidden;
  }
  const room = height - parts.length;
  const lines = () =>
    open.filter((row) => !hidden.has(row)).reduce((sum, { said, state }) => sum + linesOf(said, state), 0);
  for (const state of ['done', 'waiting'] as const) if (lines() > room) hide(state);
  for (const row of [...open].reverse()) if (lines() > room && row.state === 'running') hidden.add(row);
  return hidden;
}

function linesOf(said: string, state: RowState): number {
  return state === 'running' && said !== '' ? 2 : 1;
}

function isShown({ internal, state }: Row): boolean {
  return !internal || state === 'failed';
}

function timeOf({ state, from, ms }: Pick<Row, 'state' | 'from' | 'ms'>, now: number): string {
  if (state === 'running') return now - from < WORTH_TELLING_MS ? '' : seconds(now - from);
  return state === 'done' || state === 'failed' ? seconds(ms) : '';
}

/** `0.42 s`, `31.5 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`;
}
