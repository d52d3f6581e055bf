import { EventEmitter } from 'node:events';
import { Terminal } from '@xterm/headless';
import { expect, it } from 'vitest';
import { terminalRenderer } from '../../../../src/cli/render/terminal.ts';
import type { Event } from '../../../../src/model/event.ts';

/** A terminal of 60 columns, and what a person sees of it. */
function aTerminal() {
  // As the kernel does for programs: a line end also returns to the first column.
  const emulator = new Terminal({ cols: 60, rows: 20, convertEol: true, allowProposedApi: true });
  const terminal = Object.assign(new EventEmitter(), {
    columns: emulator.cols,
    rows: emulator.rows,
    isTTY: true,
    write: (more: string) => {
      emulator.write(more);
      return true;
    },
  });
  const shown = () => new Promise<void>((resolve) => emulator.write('', resolve));
  return {
    terminal: terminal as unknown as NodeJS.WriteStream,
    screen: async () => {
      await shown();
      const { active } = emulator.buffer;
      const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row));
      return rows
        .map((row) => row?.translateToString(true) ?? '')
        .join('\n')
        .trimEnd()
        .split('\n');
    },
    resize: async (columns: number) => {
      await shown();
      emulator.resize(columns, emulator.rows);
      terminal.columns = columns;
      terminal.emit('resize');
    },
  };
}

const step = { resource: 'network', verb: 'create', cause: 'not found', destructive: false } as const;
const plan: Event = { type: 'plan', place: 'a cluster', steps: [step] };
const done: Event = { type: 'step', resource: 'network', verb: 'create', state: 'done', ms: 120 };
const log = (line: string): Event => ({ type: 'log', service: 'app', stream: 'stdout', line });
const bridge = (state: 'live' | 'resting'): Event => ({ type: 'state', resource: 'bridge/app:1', state });

function play(...events: readonly Event[]) {
  const { terminal, screen, resize } = aTerminal();
  const renderer = terminalRenderer({ terminal, color: false, hint: 'Ctrl-C ends it' });
  for (const event of events) renderer.report(event);
  return { renderer, screen, resize };
}

const started: readonly Event[] = [
  { type: 'session', state: 'converging' },
  plan,
  { type: 'step', resource: 'network', verb: 'create', state: 'started' },
];

it('draws the steps while they run, and keeps what services write for later', async () => {
  const { screen } = play(...started, log('hello'));
  expect((await screen()).map((line) => line.replace(/^\S/, '*'))).toEqual([
    '*argets: a cluster',
    '* create  network           not found',
  ]);
});

it('leaves the steps standing, and tells below all else how the bridges are', async () => {
  const { screen } = play(...started, log('hello'), bridge('resting'), done, bridge('live'), {
    type: 'session',
    state: 'unchanged',
  });
  expect(await screen()).toEqual([
    'targets: a cluster',
    '✔ create  network   0.12 s  not found',
    'app | hello',
    '○ app:1 resting',
    '● app:1 live',
    'everything is as the file says: nothing changed',
    '● app:1 live   Ctrl-C ends it',
  ]);
});

it('writes above the line that tells how the bridges are, and removes that in the end', async () => {
  const { renderer, screen } = play(...started, done, bridge('live'), {
    type: 'session',
    state: 'unchanged',
  });
  renderer.report(log('one'));
  renderer.write('the file has problems\n');
  expect((await screen()).slice(-3)).toEqual([
    'app | one',
    'the file has problems',
    '● app:1 live   Ctrl-C ends it',
  ]);
  renderer.close();
  expect((await screen()).at(-1)).toBe('the file has problems');
});

it('shows steps that were never begun when a pass fails', async () => {
  const { screen } = play(
    { type: 'session', state: 'converging' },
    { ...plan, steps: [step, { ...step, resource: 'holder/app' }] },
    { type: 'step', resource: 'network', verb: 'create', state: 'failed', ms: 7 },
    { type: 'error', error: { code: 'engine-failed', message: 'it broke', owner: 'environment' } },
  );
  expect((await screen()).slice(1)).toEqual([
    '✖ create  network      0.01 s  not found',
    '· create  holder/app',
    'error: it broke',
  ]);
});

it.each([40, 25])(
  'leaves nothing of what was drawn wider when the terminal becomes %i columns wide',
  async (width) => {
    const { renderer, screen, resize } = play(...started, done, bridge('live'), {
      type: 'session',
      state: 'unchanged',
    });
    await resize(width);
    expect((await screen()).filter((line) => line.startsWith('● app:1 live'))).toHaveLength(2);
    renderer.report(log('one'));
    await resize(60);
    expect((await screen()).slice(-2)).toEqual(['app | one', '● app:1 live   Ctrl-C ends it']);
    renderer.close();
    expect((await screen()).at(-1)).toBe('app | one');
  },
);
