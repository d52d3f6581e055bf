import { expect, it } from 'vitest';
import { renderPlan } from '../../../../src/cli/render/plan.ts';
import type { PlannedStep } from '../../../../src/model/event.ts';

const step = (resource: string, cause: string): PlannedStep => ({
  resource,
  verb: 'create',
  cause,
  destructive: false,
});
const steps = [step('network', 'not found'), step('gateway/a-long-name-of-a-service', 'not found')];

it('has a line per step, with its cause in a column of its own', () => {
  expect(renderPlan('a cluster', steps, { color: false, columns: undefined })).toBe(
    [
      'targets: a cluster',
      '  create  network                           not found',
      '  create  gateway/a-long-name-of-a-service  not found',
      '',
    ].join('\n'),
  );
});

it('is no wider than its terminal, and keeps words whole', () => {
  const shown = renderPlan('a cluster whose name is long', steps, { color: false, columns: 44 });
  expect(shown.split('\n')).toEqual([
    'targets: a cluster whose name is long',
    '  create  network  not found',
    '  create  gateway/a-long-name-of-a-service',
    '        not found',
    '',
  ]);
  for (const columns of [10, 20, 30])
    for (const line of renderPlan('a cluster', steps, { color: false, columns }).split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns);
});
