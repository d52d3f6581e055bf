import { expect, it } from 'vitest';
import { helpLines } from '../../../../src/cli/render/menu.ts';
import { styleOf } from '../../../../src/cli/render/style.ts';

const keys = [
  { key: 'r', does: 'restart a service' },
  { key: 'd', does: 'detach: it goes on without this terminal' },
];

it('helps in columns where there is room, and keeps words whole where there is not', () => {
  const lines = (width: number) => helpLines(keys, width, styleOf(false));
  expect(lines(100)).toEqual([
    `r ${'restart a service'.padEnd(42)}d detach: it goes on without this terminal`,
  ]);
  expect(lines(80)).toEqual(['r restart a service', 'd detach: it goes on without this terminal']);
  expect(lines(30)).toEqual(['r restart a service', 'd detach: it goes on without', '  this terminal']);
});
