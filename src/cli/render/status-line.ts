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

/** `● app:8155 live`, with the reason where there is one. */
export function stateText(
  { resource, state, reason }: Extract<Event, { type: 'state' }>,
  style: Style,
): string {
  const why = reason === undefined ? '' : style.dim(`: ${reason}`);
  return `${painted(state, style)(markedState(resource, state))}${why}`;
}

function markedState(resource: string, state: LiveState): string {
  return `${MARKS[state]} ${wordingOf(resource).name} ${state}`;
}

/**
 * How the bridges are, in one line that is no longer than `width`: what is not live comes first, the rest is counted
 * where there is no room for it. As many of the `hints` follow as there is room for, the last ones rather than the first.
 */
export function statusLine(
  states: ReadonlyMap<string, LiveState>,
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

function rank(state: LiveState): number {
  return ['lost', 'exited', 'resting', 'waiting'].indexOf(state) + (isWell(state) ? 100 : 0);
}

function isWell(state: LiveState): boolean {
  return state === 'live' || state === 'up' || state === 'running';
}

function painted(state: LiveState, style: Style): (text: string) => string {
  if (isWell(state)) return style.green;
  return state === 'lost' || state === 'exited' ? style.red : style.yellow;
}
