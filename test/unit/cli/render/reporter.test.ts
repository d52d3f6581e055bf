import { describe, expect, it } from 'vitest';
import { shown } from '../../../../src/cli/render/reporter.ts';
import type { Event } from '../../../../src/model/event.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

/** An event of each kind in which devenv says something, with a secret in all of its words. */
const SECRET = 'postgres://u:hunter2@db';
const EVENTS: readonly Event[] = [
  {
    type: 'plan',
    place: SECRET,
    steps: [{ resource: 'image/a', verb: 'create', cause: SECRET, destructive: false }],
  },
  { type: 'progress', resource: 'image/a', message: `RUN curl ${SECRET}` },
  { type: 'state', resource: 'bridge/app:80', state: 'resting', reason: SECRET },
  { type: 'warning', message: SECRET, hint: SECRET },
  { type: 'session', state: 'stopping', reason: SECRET },
];

async function written(progress: 'json' | 'plain', events: readonly Event[]): Promise<string> {
  let text = '';
  const context = aCliContext({
    err: (more) => {
      text += more;
    },
  });
  await shown(context, { progress }, 'Ctrl-C gives everything back', async (report) =>
    events.forEach(report),
  );
  return text;
}

describe.each(['json', 'plain'] as const)('events shown as %s', (progress) => {
  it('have no secrets in what devenv says', async () => {
    const text = await written(progress, EVENTS);
    expect(text).toContain('postgres://u:***@db');
    expect(text).not.toContain('hunter2');
  });

  it('have the lines of programs as they were written', async () => {
    const lines: readonly Event[] = [
      { type: 'log', service: 'app', stream: 'stdout', line: SECRET },
      {
        type: 'state',
        resource: 'container/app',
        state: 'exited',
        reason: `exit code 1; last lines: ${SECRET}`,
      },
    ];
    expect((await written(progress, lines)).match(/hunter2/g)).toHaveLength(2);
  });
});

it('other words are a line of JSON among events', async () => {
  const written: string[] = [];
  const context = aCliContext({ err: (text) => written.push(text) });
  await shown(context, { progress: 'json' }, 'Ctrl-C leaves it running', async (report, drawn) => {
    report({ type: 'session', state: 'ready' });
    drawn.err('up in the background\nlog\n');
  });
  expect(written.map((line) => JSON.parse(line))).toEqual([
    { type: 'session', state: 'ready' },
    { type: 'text', text: 'up in the background\nlog' },
  ]);
});
