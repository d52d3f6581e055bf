import { EventEmitter } from 'node:events';
import { Terminal } from '@xterm/headless';
import { expect, it } from 'vitest';
import { TerminalRenderer } from '../../../../src/cli/render/terminal.ts';
import type { Event, PlannedStep } from '../../../../src/model/event.ts';

/** A terminal, and what a person sees of it. */
function aTerminal(cols: number, rows: number) {
  // As the kernel does for programs: a line end also returns to the first column.
  const emulator = new Terminal({ cols, rows, convertEol: true, allowProposedApi: true });
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

const step = (resource: string, verb: PlannedStep['verb'] = 'create'): PlannedStep => ({
  resource,
  verb,
  cause: 'not found',
  destructive: false,
});
const plan = (...resources: readonly string[]): Event => ({
  type: 'plan',
  place: 'a cluster',
  steps: resources.map((resource) => step(resource)),
});
const started = (resource: string): Event => ({ type: 'step', resource, verb: 'create', state: 'started' });
const done = (resource: string): Event => ({
  type: 'step',
  resource,
  verb: 'create',
  state: 'done',
  ms: 120,
});
const log = (line: string, service = 'app'): Event => ({ type: 'log', service, stream: 'stdout', line });
const bridge = (state: 'live' | 'resting'): Event => ({ type: 'state', resource: 'bridge/app:1', state });
const converging: Event = { type: 'session', state: 'converging' };
const unchanged: Event = { type: 'session', state: 'unchanged' };

/** A picture is drawn each 80 ms: this long after an event it is shown. */
const SHOWN_MS = 200;
const drawn = () => new Promise((resolve) => setTimeout(resolve, SHOWN_MS));

async function play(...events: readonly Event[]) {
  return playIn({ columns: 60, rows: 20 }, ...events);
}

async function playIn(
  { columns, rows, verbose = false }: { columns: number; rows: number; verbose?: boolean },
  ...events: readonly Event[]
) {
  const { terminal, screen, resize } = aTerminal(columns, rows);
  const renderer = new TerminalRenderer({ terminal, color: false, hint: 'Ctrl-C ends it', verbose });
  for (const event of events) renderer.report(event);
  await drawn();
  return { renderer, screen, resize };
}

/** Spinners differ from picture to picture. */
const still = (lines: readonly string[]) => lines.map((line) => line.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/u, '*'));

const upAndLive = [
  converging,
  plan('container/app'),
  started('container/app'),
  done('container/app'),
  bridge('live'),
  unchanged,
];

it('draws the parts of a pass and what is being done, and keeps what services write for later', async () => {
  const { screen, renderer } = await play(
    converging,
    plan('network', 'agent/pod/shop', 'gateway/app', 'link/app', 'container/app', 'bridge/app:1'),
    started('network'),
    done('network'),
    started('agent/pod/shop'),
    done('agent/pod/shop'),
    started('gateway/app'),
    log('hello'),
  );
  expect(still(await screen())).toEqual([
    'targets: a cluster',
    '❯ connection  1 of 2',
    '  ✔ pod/shop  0.12 s',
    '  * app',
    '· containers',
    '· bridges',
  ]);
  await renderer.close();
  expect((await screen()).at(-1)).toBe('app | hello');
});

it('folds up what is done, and tells below all else how the bridges are', async () => {
  const { screen } = await play(
    converging,
    plan('container/app', 'bridge/app:1'),
    started('container/app'),
    log('hello'),
    bridge('resting'),
    done('container/app'),
    started('bridge/app:1'),
    done('bridge/app:1'),
    bridge('live'),
    unchanged,
  );
  expect(await screen()).toEqual([
    'targets: a cluster',
    '✔ containers  app  0.12 s',
    '✔ bridges  app:1  0.12 s',
    'app | hello',
    '● app:1 live',
    'everything is as the file says: nothing changed',
    '● app:1 live   Ctrl-C ends it',
  ]);
});

it('shows each step with its reason until it is done, in our own words, to who wants to know', async () => {
  const { screen } = await playIn(
    { columns: 60, rows: 20, verbose: true },
    converging,
    plan('network', 'gateway/app'),
    started('network'),
    done('network'),
    started('gateway/app'),
  );
  expect(still(await screen()).slice(1)).toEqual([
    '❯ connection  1 of 2',
    '  ✔ create network  0.12 s',
    '  * create gateway/app  not found',
  ]);
});

it('shows progress below what makes it', async () => {
  const { screen } = await play(converging, plan('image/shop:1'), started('image/shop:1'), {
    type: 'progress',
    resource: 'image/shop:1',
    message: 'pulling: 40%',
  });
  expect(still(await screen()).slice(1)).toEqual(['❯ containers', '  * image shop:1', '    › pulling: 40%']);
});

it('goes on when what told of its progress is done before the rest, also with what is told of it then', async () => {
  const image = 'image/shop:1';
  const said = (message: string): Event => ({ type: 'progress', resource: image, message });
  const { screen, renderer } = await play(
    converging,
    plan('network', image, 'container/app'),
    started('network'),
    started(image),
    said('Step 1/4'),
  );
  renderer.report(done(image));
  await drawn();
  renderer.report(said('Successfully tagged'));
  renderer.report(started('container/app'));
  await drawn();
  expect(still(await screen()).slice(1)).toEqual([
    '❯ connection',
    '❯ containers  1 of 2',
    '  ✔ image shop:1  0.12 s',
    '  * app',
  ]);
  renderer.report(done('network'));
  renderer.report(done('container/app'));
  await renderer.close();
  expect((await screen()).slice(1).map((line) => line.replace(/\d/g, '0'))).toEqual([
    '✔ connection  0.00 s',
    '✔ containers  image shop:0, app  0.00 s',
  ]);
});

it('shows below a step why it failed, keeps words whole, and does not repeat the evidence', async () => {
  const error = {
    code: 'container-failed',
    message: 'service app: the container ended at once with exit code 127',
    evidence: ['sh: no-such-program: not found in any of the directories of PATH'],
    hint: 'correct its command',
    owner: 'user',
  } as const;
  const { screen, renderer } = await playIn(
    { columns: 40, rows: 20 },
    converging,
    plan('network', 'container/app', 'bridge/app:1'),
    started('network'),
    done('network'),
    started('container/app'),
    { type: 'step', resource: 'container/app', verb: 'create', state: 'failed', ms: 7, error },
    { type: 'step', resource: 'network', verb: 'create', state: 'undone' },
    { type: 'error', error },
  );
  expect((await screen()).slice(1)).toEqual([
    '↩ connection',
    '✖ containers  0.01 s',
    '  ✖ app  0.01 s',
    '    › service app: the container ended',
    '      at once with exit code 127',
    '      sh: no-such-program: not found in',
    '      any of the directories of PATH',
    '· bridges',
    'error: service app: the container ended',
    '  at once with exit code 127',
    'hint: correct its command',
  ]);
  expect(renderer.hasTold(error)).toBe(true);
});

it('does not call a failure what somebody cut short', async () => {
  const error = { code: 'cancelled', message: 'the pass was cancelled', owner: 'user' } as const;
  const { screen, renderer } = await play(converging, plan('container/app'), started('container/app'), {
    type: 'step',
    resource: 'container/app',
    verb: 'create',
    state: 'failed',
    ms: 7,
    error,
  });
  await renderer.close();
  expect((await screen()).slice(1)).toEqual(['· containers']);
});

it('draws of many services what is going on, within the height of the terminal', async () => {
  const names = Array.from({ length: 30 }, (_, at) => `container/s${at}`);
  const { screen, renderer } = await playIn(
    { columns: 60, rows: 10 },
    converging,
    plan(...names),
    ...names.slice(0, 5).flatMap((name) => [started(name), done(name)]),
    started('container/s7'),
    started('container/s9'),
  );
  expect(still(await screen()).slice(1)).toEqual(['❯ containers  5 of 30', '  * s7', '  * s9']);
  for (const name of names) renderer.report(done(name));
  await renderer.close();
  const [, line = ''] = await screen();
  expect(line).toMatch(/^✔ containers {2}s0, s1, .* and \d+ more {2}0\.\d+ s$/);
});

it('takes down in the opposite order', async () => {
  const { screen, renderer } = await play({
    type: 'plan',
    steps: [step('container/app', 'remove'), step('bridge/app:1', 'close'), step('network', 'remove')],
  });
  await renderer.close();
  expect(await screen()).toEqual(['· bridges', '· containers', '· connection']);
});

it('writes above the line that tells how the bridges are, and removes that in the end', async () => {
  const { renderer, screen } = await play(...upAndLive);
  renderer.report(log('one'));
  renderer.write('the file has problems\n');
  expect((await screen()).slice(-3)).toEqual([
    'app | one',
    'the file has problems',
    '● app:1 live   Ctrl-C ends it',
  ]);
  await renderer.close();
  expect((await screen()).at(-1)).toBe('the file has problems');
});

it('shows a menu above that line, and the logs of one service alone with what it wrote last', async () => {
  const { renderer, screen } = await play(...upAndLive, log('one'), log('two', 'db'));
  renderer.offerKeys();
  renderer.menu(() => ['which?']);
  expect((await screen()).slice(-2)).toEqual(['which?', '● app:1 live   ? for keys; Ctrl-C ends it']);
  renderer.menu(undefined);
  renderer.showLogsOf('db');
  renderer.report(log('three'));
  renderer.report(log('four', 'db'));
  expect((await screen()).slice(-4)).toEqual([
    'db | two',
    'db | two',
    'db | four',
    '● app:1 live   ? for keys; Ctrl-C ends it; logs of db only',
  ]);
  renderer.showLogsOf(undefined);
  renderer.report(log('five'));
  expect((await screen()).at(-2)).toBe('app | five');
});

it('leaves out of the lines that services wrote meanwhile those that nobody can read', async () => {
  const lines = Array.from({ length: 5000 }, (_, at) => log(`line ${at}`));
  const { screen, renderer } = await play(
    converging,
    plan('container/app'),
    started('container/app'),
    ...lines,
  );
  await renderer.close();
  const all = await screen();
  expect(all.filter((line) => line.startsWith('app | ')).length).toBeLessThanOrEqual(2000);
  expect(all.at(-1)).toBe('app | line 4999');
});

it.each([40, 25])(
  'leaves nothing of what was drawn wider when the terminal becomes %i columns wide',
  async (width) => {
    const { renderer, screen, resize } = await play(...upAndLive);
    await resize(width);
    expect((await screen()).filter((line) => line.startsWith('● app:1 live'))).toHaveLength(2);
    renderer.report(log('one'));
    await resize(60);
    expect((await screen()).slice(-2)).toEqual(['app | one', '● app:1 live   Ctrl-C ends it']);
    await renderer.close();
    expect((await screen()).at(-1)).toBe('app | one');
  },
);

it('leaves nothing of a list that was drawn wider, either', async () => {
  const name = `container/${'long-'.repeat(9)}name`;
  const { screen, resize } = await play(converging, plan(name), started(name));
  await resize(30);
  await drawn();
  expect(still(await screen())).toEqual([
    'targets: a cluster',
    '❯ containers',
    expect.stringMatching(/^ {2}\* long-.*…$/),
  ]);
});
