import { expect, it } from 'vitest';
import { terminalRenderer } from '../../../../src/cli/render/terminal.ts';
import type { Event } from '../../../../src/model/event.ts';

/** A terminal of 60 columns; what it was given, and what a person sees of it in the end. */
function aTerminal() {
  let text = '';
  const terminal = {
    columns: 60,
    rows: 20,
    isTTY: true,
    write: (more: string) => {
      text += more;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  return { terminal, screen: () => screenOf(text) };
}

/** As much of a terminal as is used: lines, and the sequences that move the cursor and erase. */
function screenOf(text: string): readonly string[] {
  const lines: string[] = [''];
  let [row, column] = [0, 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how sequences begin
  for (const [piece] of text.matchAll(/\u001b\[[?0-9;]*[A-Za-z]|[\s\S]/g)) {
    if (piece === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else if (/A$/.test(piece) && piece.startsWith('\u001b')) row -= Number(piece.slice(2, -1) || 1);
    else if (/B$/.test(piece) && piece.startsWith('\u001b')) row += Number(piece.slice(2, -1) || 1);
    else if (/G$/.test(piece) && piece.startsWith('\u001b')) column = 0;
    else if (piece === '\u001b[2K') lines[row] = '';
    else if (piece === '\u001b[K') lines[row] = (lines[row] ?? '').slice(0, column);
    else if (piece === '\u001b[J') lines.splice(row + 1);
    else if (piece.startsWith('\u001b')) continue;
    else {
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = `${line.slice(0, column)}${piece}${line.slice(column + 1)}`;
      column += 1;
    }
  }
  return lines.join('\n').trimEnd().split('\n');
}

const step = { resource: 'network', verb: 'create', cause: 'not found', destructive: false } as const;
const plan: Event = { type: 'plan', place: 'a cluster', steps: [step], warnings: ['beware'] };
const done: Event = { type: 'step', resource: 'network', verb: 'create', state: 'done', ms: 120 };
const log = (line: string): Event => ({ type: 'log', service: 'app', stream: 'stdout', line });
const bridge = (state: 'live' | 'resting'): Event => ({ type: 'state', resource: 'bridge/app:1', state });

function play(...events: readonly Event[]) {
  const { terminal, screen } = aTerminal();
  const renderer = terminalRenderer({ terminal, color: false, hint: 'Ctrl-C ends it' });
  for (const event of events) renderer.report(event);
  return { renderer, screen };
}

const started: readonly Event[] = [
  { type: 'session', state: 'converging' },
  plan,
  { type: 'step', resource: 'network', verb: 'create', state: 'started' },
];

it('draws the steps while they run, and keeps what services write for later', () => {
  const { screen } = play(...started, log('hello'));
  expect(screen().map((line) => line.replace(/^\S/, '*'))).toEqual([
    '*argets: a cluster',
    '*arning: beware',
    '* create  network           not found',
  ]);
});

it('leaves the steps standing, and tells below all else how the bridges are', () => {
  const { screen } = play(...started, log('hello'), bridge('resting'), done, bridge('live'), {
    type: 'session',
    state: 'unchanged',
  });
  expect(screen()).toEqual([
    'targets: a cluster',
    'warning: beware',
    '✔ create  network   0.12 s  not found',
    'app | hello',
    '○ app:1 resting',
    '● app:1 live',
    'everything is as the file says: nothing changed',
    '● app:1 live   Ctrl-C ends it',
  ]);
});

it('writes above the line that tells how the bridges are, and removes that in the end', () => {
  const { renderer, screen } = play(...started, done, bridge('live'), {
    type: 'session',
    state: 'unchanged',
  });
  renderer.report(log('one'));
  renderer.write('the file has problems\n');
  expect(screen().slice(-3)).toEqual(['app | one', 'the file has problems', '● app:1 live   Ctrl-C ends it']);
  renderer.close();
  expect(screen().at(-1)).toBe('the file has problems');
});

it('shows steps that were never begun when a pass fails', () => {
  const { screen } = play(
    { type: 'session', state: 'converging' },
    { ...plan, steps: [step, { ...step, resource: 'holder/app' }] },
    { type: 'step', resource: 'network', verb: 'create', state: 'failed', ms: 7 },
    { type: 'error', error: { code: 'engine-failed', message: 'it broke', owner: 'environment' } },
  );
  expect(screen().slice(2)).toEqual([
    '✖ create  network      0.01 s  not found',
    '· create  holder/app',
    'error: it broke',
  ]);
});
