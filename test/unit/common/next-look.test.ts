import { expect, it } from 'vitest';
import { type Looks, nextLook } from '../../../src/common/next-look.ts';

const LOOKS: Looks = { quickest: 20, slowest: 250, part: 0.1 };

it.each([
  [0, 20],
  [200, 20],
  [1000, 100],
  [2500, 250],
  [60_000, 250],
])('after %d ms the next look is %d ms away', (waited, pause) => {
  expect(nextLook(waited, LOOKS)).toBe(pause);
});

it('looks some dozen times at what takes ten seconds', () => {
  let looks = 0;
  for (let waited = 0; waited < 10_000; waited += nextLook(waited, LOOKS)) looks += 1;
  expect(looks).toBeLessThan(70);
});
