import { describe, expect, it } from 'vitest';
import { styleOf } from '../../../src/cli/render/style.ts';
import { SessionKeys } from '../../../src/cli/session-keys.ts';
import type { SessionStatus } from '../../../src/session/index.ts';

/** Keys of a session with these services and bridges; `done` is what they did, `menu` what is asked. */
function keysOf(services: readonly string[], bridges: Readonly<Record<string, 'open' | 'resting'>> = {}) {
  const done: string[] = [];
  let menu: readonly string[] = [];
  const act = async (what: string) => done.push(what);
  const status = {
    services: services.map((name) => ({ name })),
    bridges: Object.entries(bridges).map(([name, state]) => ({ name, onRequest: state === 'resting' })),
  } as unknown as SessionStatus;
  const keys = new SessionKeys(
    {
      status: async () => status,
      restart: (service) => act(`restart ${service}`),
      rest: (bridge, onRequest) => act(`${onRequest ? 'rest' : 'resume'} ${bridge}`),
      answer: (question, yes) => act(`${yes ? 'yes' : 'no'} to ${question}`),
      detach: () => act('detach'),
      quit: () => void act('quit'),
    },
    {
      screen: {
        offerKeys: () => {},
        menu: (linesFor) => {
          menu = linesFor?.(40) ?? [];
        },
        showLogsOf: (service) => void act(`logs of ${service ?? 'all'}`),
      },
      style: styleOf(false),
      report: (event) => void act(event.type === 'error' ? `error: ${event.error.message}` : event.type),
    },
  );
  const press = async (...pressed: readonly string[]) => {
    for (const key of pressed) await keys.press(key);
  };
  return { press, done, menu: () => menu, status, asked: keys.asked.bind(keys) };
}

it('does at once what leaves no choice', async () => {
  const { press, done, menu } = keysOf(['app'], { 'app:80': 'open' });
  await press('r', 'b', 'l', 'd', 'q');
  expect(done).toEqual(['restart app', 'rest app:80', 'logs of app', 'detach', 'quit']);
  expect(menu()).toEqual([]);
});

it('asks which one, in lines that fit, and takes the answer', async () => {
  const { press, done, menu } = keysOf(['api', 'web', 'worker', 'scheduler']);
  await press('r');
  expect(menu()).toEqual(['restart which service?  1 api   2 web', '  3 worker   4 scheduler   esc back']);
  await press('3');
  expect(done).toEqual(['restart worker']);
  expect(menu()).toEqual([]);
});

it('does nothing for a key that is no answer, and closes the question', async () => {
  const { press, done, menu } = keysOf(['api', 'web']);
  await press('r', 'escape');
  expect([done, menu()]).toEqual([[], []]);
  await press('2');
  expect(done).toEqual([]);
});

it('resumes what rests', async () => {
  const { press, done } = keysOf(['app'], { 'app:80': 'open', 'app:81': 'resting' });
  await press('b', '2');
  expect(done).toEqual(['resume app:81']);
});

it('shows the logs of all again', async () => {
  const { press, done } = keysOf(['api', 'web']);
  await press('l', '1', 'l', '3');
  expect(done).toEqual(['logs of api', 'logs of all']);
});

it('quits in the middle of a question', async () => {
  const { press, done } = keysOf(['api', 'web']);
  await press('r', 'q');
  expect(done).toEqual(['quit']);
});

it('says what each key does', async () => {
  const { press, menu } = keysOf(['app']);
  await press('?');
  expect(menu().join('\n')).toMatch(/r restart a service/);
  await press('x');
  expect(menu()).toEqual([]);
});

describe('what the session asks', () => {
  const question = { type: 'question', id: 'q1' } as const;

  it('is answered with a key, once', async () => {
    const { press, done, menu, asked } = keysOf(['app']);
    asked({ ...question, text: 'ann@desk (project shop) asks for bridge/app:80' });
    expect(menu()).toEqual(['ann@desk (project shop) asks for', '  bridge/app:80  y let go   n keep it']);
    await press('y', 'y');
    asked({ ...question, id: 'q2', text: 'bob asks' });
    await press('n');
    expect(done).toEqual(['yes to q1', 'no to q2']);
    expect(menu()).toEqual([]);
  });

  it('stands while other keys are used, which ask first', async () => {
    const { press, done, menu, asked } = keysOf(['api', 'web']);
    asked({ ...question, text: 'ann asks' });
    await press('r');
    expect(menu()[0]).toMatch(/^restart which/);
    asked({ ...question, id: 'q2', text: 'bob asks' });
    expect(menu()[0]).toMatch(/^restart which/);
    await press('1', 'd');
    expect(menu()).toEqual(['ann asks  y let go   n keep it']);
    asked(question);
    expect(menu()).toEqual(['bob asks  y let go   n keep it']);
    asked({ ...question, id: 'q2' });
    await press('y');
    expect(done).toEqual(['restart api', 'detach']);
    expect(menu()).toEqual([]);
  });
});
