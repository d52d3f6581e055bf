import { expect, it } from 'vitest';
import { StepList } from '../../../../src/cli/render/step-list.ts';
import { styleOf } from '../../../../src/cli/render/style.ts';
import { displayWidth } from '../../../../src/common/display-width.ts';
import type { Verb } from '../../../../src/model/plan.ts';

const plain = styleOf(false);
const step = (verb: Verb, resource: string, cause: string) => ({ verb, resource, cause, destructive: false });
const steps = [
  step('create', 'network', 'not found'),
  step('replace', 'container/app', 'image changed'),
  step('open', 'bridge/app:8155', 'deployment/shop/app is not bridged'),
];

function list(): StepList {
  const shown = new StepList(steps);
  shown.take({ type: 'step', resource: 'network', verb: 'create', state: 'started' }, 0);
  shown.take({ type: 'step', resource: 'network', verb: 'create', state: 'done', ms: 120 }, 120);
  shown.take({ type: 'step', resource: 'container/app', verb: 'replace', state: 'started' }, 120);
  return shown;
}

it('tells what is done, what runs and what is to come, with reasons', () => {
  expect(list().lines(960, 100, plain)).toEqual([
    '✔ create   network           0.12 s  not found',
    '⠹ replace  container/app             image changed',
    '· open     bridge/app:8155',
  ]);
});

it('tells the time and the progress of what takes long', () => {
  const shown = list();
  shown.take({ type: 'progress', resource: 'container/app', message: 'pulling: 40%' }, 500);
  expect(shown.lines(2420, 100, plain)[1]).toBe('⠋ replace  container/app     2.30 s  pulling: 40%');
});

it('fits into a narrow terminal', () => {
  for (const width of [20, 40, 47, 60])
    for (const line of list().lines(960, width, plain)) expect(line.length).toBeLessThanOrEqual(width);
});

it('counts the columns of wide characters, which progress and causes may have', () => {
  const shown = new StepList([step('create', 'network', '設定が変更されました')]);
  shown.take({ type: 'step', resource: 'network', verb: 'create', state: 'started' }, 0);
  const [line = ''] = shown.lines(0, 40, plain);
  expect(line).toMatch(/設定.*…$/);
  expect(displayWidth(line)).toBeLessThanOrEqual(40);
});

it('counts what there is no room for', () => {
  expect(list().linesWithin(2, 960, 100, plain)).toEqual([
    '⠹ replace  container/app             image changed',
    '  1 done, 1 waiting',
  ]);
});

it('is over when each step is done or has failed', () => {
  const shown = list();
  expect(shown.isOver).toBe(false);
  shown.take({ type: 'step', resource: 'container/app', verb: 'replace', state: 'failed', ms: 10 }, 200);
  expect(shown.isOver).toBe(false);
  shown.take({ type: 'step', resource: 'bridge/app:8155', verb: 'open', state: 'done', ms: 10 }, 200);
  expect(shown.isOver).toBe(true);
});

it('leaves alone what is about something else', () => {
  expect(list().take({ type: 'progress', resource: 'image/agent', message: 'building' }, 0)).toBe(false);
  expect(list().take({ type: 'warning', message: 'beware' }, 0)).toBe(false);
});
