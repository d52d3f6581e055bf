import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../../src/cli/program.ts';
import { renderError } from '../../../../src/cli/render/error.ts';
import { logWriter } from '../../../../src/cli/render/log-writer.ts';
import { choiceLines, choicesOf } from '../../../../src/cli/render/menu.ts';
import { renderPlan } from '../../../../src/cli/render/plan.ts';
import { shown } from '../../../../src/cli/render/reporter.ts';
import { renderProject } from '../../../../src/cli/render/status.ts';
import { statusJson } from '../../../../src/cli/render/status-json.ts';
import { styleOf } from '../../../../src/cli/render/style.ts';
import { TerminalRenderer } from '../../../../src/cli/render/terminal.ts';
import type { ErrorFacts } from '../../../../src/common/errors.ts';
import { isUnsafe } from '../../../../src/common/terminal-text.ts';
import type { Event } from '../../../../src/model/event.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

/** Sets the title, clears the screen, colours, goes back to the beginning, turns the direction; in seven bits and eight. */
const EVIL = 'a\u001b]0;owned\u0007\u001b[2J\u001b[31m\rb\u202ec\u009bKd\u0000';

const error: ErrorFacts = {
  code: 'engine-failed',
  message: EVIL,
  hint: EVIL,
  evidence: [EVIL],
  owner: 'environment',
};
const step = { resource: `container/${EVIL}`, verb: 'create', cause: EVIL, destructive: false } as const;

/** Every event, with it in every place. */
const events: readonly Event[] = [
  { type: 'session', state: 'converging', reason: EVIL },
  { type: 'plan', place: EVIL, steps: [step] },
  { ...step, type: 'step', state: 'started' },
  { type: 'progress', resource: step.resource, message: EVIL },
  { ...step, type: 'step', state: 'failed', error, ms: 1 },
  { type: 'warning', message: EVIL, hint: EVIL },
  { type: 'state', resource: `bridge/${EVIL}`, state: 'resting', reason: EVIL },
  { type: 'error', error },
  { type: 'session', state: 'unchanged' },
];
const logged: Event = { type: 'log', service: EVIL, stream: 'stdout', line: `${EVIL}\u001b[32mgreen` };

/** What commands write, and where. */
function aContext() {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const context = aCliContext({ directory: tmpdir(), out: write, err: write });
  return { context, written: () => written };
}

/** A terminal would show all of it and do nothing else; with `colors` it may colour it. */
function expectHarmless(text: string, colors?: 'colors'): void {
  expect(text).not.toBe('');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const left = colors === undefined ? text : text.replaceAll(/\x1b\[[\d;]*m/g, '');
  expect(isUnsafe(left)).toBe(false);
}

it.each(events)('nothing of an event of type $type gets through as a line', async (event) => {
  const { context, written } = aContext();
  await shown(context, { progress: 'plain', color: false }, 'Ctrl-C leaves it running', async (report) => {
    report({ type: 'plan', place: 'here', steps: [step] });
    report(event);
  });
  // What proves an error may be the last lines of a service.
  expectHarmless(written(), event.type === 'error' ? 'colors' : undefined);
});

it('JSON means the same, and can be looked at', async () => {
  const { context, written } = aContext();
  await shown(context, { progress: 'json' }, 'Ctrl-C leaves it running', async (report) => report(logged));
  expectHarmless(written());
  expect(JSON.parse(written())).toEqual(logged);
});

it('of a line of a service its colours get through, and end with it', async () => {
  const { context, written } = aContext();
  await shown(context, { progress: 'plain', color: false }, 'Ctrl-C leaves it running', async (report) =>
    report(logged),
  );
  expect(written().split(' | ')[1]).toContain('\u001b[32mgreen\u001b[0m\n');
  expectHarmless(written(), 'colors');
});

it.each([true, false])('nothing gets through where it is drawn; each step told: %s', async (verbose) => {
  let written = '';
  const terminal = Object.assign(new EventEmitter(), {
    columns: 100,
    rows: 40,
    isTTY: true,
    write: (text: string) => {
      written += text;
      return true;
    },
  }) as unknown as NodeJS.WriteStream;
  const renderer = new TerminalRenderer({ terminal, color: false, hint: 'Ctrl-C ends it', verbose });
  for (const event of [...events, logged]) {
    renderer.report(event);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  renderer.menu(() => [EVIL]);
  renderer.write(`${EVIL}\n`);
  renderer.showLogsOf(EVIL);
  await renderer.close();
  for (const what of ['\u001b]', '\u001b[2J', '\u202e', '\u009b', '\u0000', '\u0007', '\rb'])
    expect(written).not.toContain(what);
  // Only lines of services, and text that somebody has coloured already, may have colours.
  expect(written).toContain('\\x1b[31m');
  // Whoever asks has the error as it was.
  expect(renderer.hasTold(error)).toBe(true);
});

it('nothing gets through in errors, plans, states and questions', () => {
  const status = {
    identity: { id: 's1', project: EVIL, user: 'ada@desk', since: 0 },
    file: EVIL,
    pid: 7,
    program: { version: EVIL, build: EVIL },
    platform: EVIL,
    services: [{ name: EVIL, container: EVIL, state: 'running', ports: [] }],
    bridges: [
      {
        name: EVIL,
        service: EVIL,
        target: EVIL,
        port: 80,
        local: 8080,
        state: 'resting' as const,
        reason: EVIL,
        staying: 0,
        onRequest: false,
        takes: EVIL,
        marks: [EVIL],
      },
    ],
    forwards: [
      {
        hostIp: '127.0.0.1',
        local: 1,
        host: EVIL,
        port: 2,
        target: EVIL,
        state: 'lost' as const,
        reason: EVIL,
      },
    ],
  } as const;
  const choices = choicesOf([{ label: EVIL, value: 1 }]);
  expectHarmless(renderError({ ...error, evidence: [] }, false));
  expectHarmless(renderError(error, false), 'colors');
  for (const columns of [undefined, 40]) expectHarmless(renderPlan(EVIL, [step], { color: false, columns }));
  const project = { kind: 'up', status } as const;
  for (const columns of [undefined, 40])
    expectHarmless(renderProject(project, { color: false, now: 0, columns }));
  expectHarmless(statusJson(project));
  expectHarmless(choiceLines('which?', choices, 200, styleOf(false)).join('\n'));
});

it('a message of several lines cannot pass for a hint of ours', () => {
  expect(
    renderError(
      { ...error, message: 'no\nhint: run this', hint: 'look', evidence: ['x\nhint: that'] },
      false,
    ),
  ).toBe('error: no\n  hint: run this\n  | x\n  | hint: that\nhint: look\n');
});

it('devenv logs writes colours of services and nothing else', () => {
  const { context, written } = aContext();
  logWriter(context, ['app', EVIL], false)(EVIL, { stream: 'stdout', line: EVIL, at: 0 });
  expectHarmless(written(), 'colors');
});

it('devenv logs writes to stdout whatever services wrote, as it came', () => {
  const written: string[] = [];
  const write = logWriter({ out: (text) => written.push(text) }, ['app'], false);
  write('app', { stream: 'stderr', line: 'Traceback', at: 0 });
  write('app', { stream: 'stdout', line: 'GET /', at: 1 });
  expect(written).toEqual(['app | Traceback\n', 'app | GET /\n']);
});

it('nothing of a broken file, its name and its variables gets through', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'devenv-safe-output-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const bell = `services:\n  app:\n    <<: *common\n    i: a:1\n\n  user:\u0007root\n    image: a:1\nmage: a:1\n`;
  const inQuotes = `services:\n  "a${'\\e[2J'}\u202e":\n    image: "\\e]0;x\\a"\n    volumes: ["\\u202e"]\n    prots: []\n`;
  for (const text of [bell, bell.replace('\u0007', '\u009b2J'), inQuotes, EVIL]) {
    const { context, written } = aContext();
    writeFileSync(join(directory, 'gefyra.yaml'), text);
    expect(await runProgram(['validate'], { ...context, directory })).toBe(3);
    expectHarmless(written());
  }
  const { context, written } = aContext();
  await runProgram(['validate', '-f', EVIL.replaceAll('\0', '')], { ...context, directory });
  await runProgram([EVIL], context);
  expectHarmless(written());
});

it.each(['yaml', 'json'])('devenv config writes %s that can be looked at', async (format) => {
  const directory = mkdtempSync(join(tmpdir(), 'devenv-safe-output-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { context, written } = aContext();
  const value = '"a\\e[2J\u202e\\u009b"';
  writeFileSync(
    join(directory, 'gefyra.yaml'),
    `services: {app: {image: a:1, environment: {A: ${value}}}}\n`,
  );
  expect(await runProgram(['config', '--format', format], { ...context, directory })).toBe(0);
  expectHarmless(written());
  expect(written()).toContain('\\u202e');
});
