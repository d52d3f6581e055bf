import { displayWidth } from '../../common/display-width.ts';
import type { Event, LiveState } from '../../model/event.ts';
import type { Style } from './style.ts';
import { wordingOf } from './wording.ts';

const MARKS: Readonly<Record<LiveState, string>> = {
  live: '●',
  up: '●',
  running: '●',
  resting: '○',
  waiting: '◌',
  lost: '✖',
  exited: '✖',
};

/** How something that lives is, and of a bridge at how many places, where it is not so at all of them. */
export type Shown = Pick<Extract<Event, { type: 'state' }>, 'state' | 'count'>;

/** `● app:8155 live`, with the reason where there is one. */
export function stateText(event: Extract<Event, { type: 'state' }>, style: Style): string {
  const why = event.reason === undefined ? '' : style.dim(`: ${event.reason}`);
  return `${painted(event, style)(markedState(event.resource, event))}${why}`;
}

/** `live`, or `live 3/5` where it is so at some places only. */
export function stateWord({ state, count }: Shown): string {
  return count === undefined ? state : `${state} ${count.live}/${count.of}`;
}

function markedState(resource: string, shown: Shown): string {
  return `${MARKS[shown.state]} ${wordingOf(resource).name} ${stateWord(shown)}`;
}

/**
 * How the bridges are, in one line that is no longer than `width`: what is not live comes first, the rest is counted
 * where there is no room for it. As many of the `hints` follow as there is room for, the last ones rather than the first.
 */
export function statusLine(
  states: ReadonlyMap<string, Shown>,
  hints: readonly string[],
  width: number,
  style: Style,
): string {
  const order = [...states].sort(([, one], [, other]) => rank(one) - rank(other));
  let line = '';
  let used = 0;
  let left = order.length;
  for (const [resource, state] of order) {
    const text = markedState(resource, state);
    const room = width - used - (left > 1 ? '  +99 more'.length : 0);
    const columns = displayWidth(text);
    if (columns + 2 > room) break;
    line += `${used === 0 ? '' : '  '}${painted(state, style)(text)}`;
    used += columns + (used === 0 ? 0 : 2);
    left -= 1;
  }
  if (left > 0) {
    const more = `${used === 0 ? '' : '  '}+${left} more`;
    line += style.dim(more);
    used += displayWidth(more);
  }
  const room = width - used - (used === 0 ? 0 : GAP.length);
  const end = fitting(hints, room).join(BETWEEN);
  return end === '' ? line : `${line}${used === 0 ? '' : GAP}${style.dim(end)}`;
}

const GAP = '   ';
const BETWEEN = '; ';

/** As many hints as there is room for; where not all fit, the last ones go before. */
function fitting(hints: readonly string[], room: number): readonly string[] {
  const chosen: string[] = [];
  for (const hint of hints.toReversed())
    if (displayWidth([hint, ...chosen].join(BETWEEN)) <= room) chosen.unshift(hint);
  return chosen;
}

function rank({ state, count }: Shown): number {
  if (isWell({ state })) return count === undefined ? 101 : 100;
  return ['lost', 'exited', 'resting', 'waiting'].indexOf(state);
}

function isWell({ state }: Shown): boolean {
  return state === 'live' || state === 'up' || state === 'running';
}

function painted({ state, count }: Shown, style: Style): (text: string) => string {
  if (isWell({ state })) return count === undefined ? style.green : style.yellow;
  return state === 'lost' || state === 'exited' ? style.red : style.yellow;
}
