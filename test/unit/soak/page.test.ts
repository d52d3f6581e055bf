import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { table, written } from '../../../soak/page.mjs';
import { choose, random } from '../../../soak/random.mjs';
import { rowsOf } from '../../../soak/rows.mjs';
import { growing, growthOf } from '../../../soak/usage.mjs';
import { aWindow, steadily } from './requests.ts';

it('the table has a line for each event, what was between them, and the sum', () => {
  const rows = rowsOf(steadily(0, 3000), [aWindow({ from: 1000, to: 2000, back: 700 })], {
    from: 0,
    to: 3000,
  });
  const sample = { anonymous: 2048, descriptors: 20 };
  const growth = [{ program: 'agent', first: sample, last: sample }];
  const text = table({
    place: 'Docker',
    machine: 'this',
    ms: 60_000,
    seed: 7,
    rows,
    misses: [],
    growth,
    heldUpMs: 12,
  });
  expect(text).toBe(`Docker, 1 min, 1 events, seed 7, on this.

| event | times | requests | you | original | errors | longest gap | back after |
| --- | --: | --: | --: | --: | --: | --: | --: |
| agent killed | 1 | 21 | 21 | 0 | 0 | 0.1 s | 0.7 s |
| between events |  | 39 | 39 | 0 | 0 | 0.1 s |  |
| together | 1 | 60 | 60 | 0 | 0 |  |  |

| program | anonymous memory, after the first round | at the end | descriptors | at the end |
| --- | --: | --: | --: | --: |
| agent | 2.0 MB | 2.0 MB | 20 | 20 |

All was as it should be.

The load and its clock were held up by the machine for at most 12 ms.
`);
});

it('the page has a section for each platform, which a table replaces', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reliability.md'), 'utf8');
  for (const place of ['Docker', 'Kubernetes']) {
    const once = written(page, place, 'a table\n');
    expect(once).toContain(
      `## ${place}\n\n<!-- soak: ${place} -->\n\na table\n\n<!-- end of soak: ${place} -->`,
    );
    expect(written(once, place, 'a table\n')).toBe(once);
  }
  expect(() => written(page, 'Elsewhere', '')).toThrow('no section');
});

it('growth is more than a fifth, and more than a collection of garbage may leave', () => {
  const growth = (...sizes: number[]) =>
    growthOf(
      'agent',
      sizes.map((megabytes) => ({ anonymous: megabytes * 1024, descriptors: 50 })),
    );
  expect(growing([growth(30, 34, 30, 33, 36, 37, 50, 36, 52, 51)])).toEqual([]);
  expect(growing([growth(30, 31, 30, 50, 51, 52, 50, 51, 52, 55)])).toEqual(['agent: its memory grew']);
  expect(growing([growth(100, 100, 100, 100, 100, 115, 115, 115, 115, 115)])).toEqual([]);
  expect(growing([growth(50, 50, 50, 50, 50, 20, 20, 20, 20, 20)])).toEqual([]);
});

it('chance is the same for the same seed, and chooses nothing twice in a row', () => {
  const drawn = (seed: number) => {
    const chance = random(seed);
    let before: string | undefined;
    return Array.from({ length: 200 }, () => {
      const next = choose(['a', 'b', 'c'], before, chance);
      expect(next).not.toBe(before);
      before = next;
      return next;
    });
  };
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
  expect(new Set(drawn(3)).size).toBe(3);
});
