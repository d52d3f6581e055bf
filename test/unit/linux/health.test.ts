import { describe, expect, it, vi } from 'vitest';
import { followHealth } from '../../../src/linux/health.ts';
import { A_HEALTHCHECK } from '../../builders/workspace.ts';

/** Follows tests that end with these codes, one after the other; what was told of each. */
async function told(codes: readonly number[], more: object = {}): Promise<readonly string[]> {
  vi.useFakeTimers();
  const over = new AbortController();
  const states: string[] = [];
  let count = 0;
  if (A_HEALTHCHECK.kind !== 'test') throw new Error('it is a test');
  const following = followHealth(
    { ...A_HEALTHCHECK, ...more, test: ['CMD-SHELL', 'check'] },
    async ({ command }, { output }) => {
      output.write(command.join(' '));
      const code = codes[count++];
      if (count === codes.length) queueMicrotask(() => setTimeout(() => over.abort(), 500));
      return code ?? 1;
    },
    ({ health, healthOutput }) => states.push(`${health} ${healthOutput}`.trim()),
    over.signal,
  );
  await vi.advanceTimersByTimeAsync(codes.length * 1000 + 600);
  await following;
  vi.useRealTimers();
  return states;
}

describe('the health of a program', () => {
  it('is what its test says, with what it wrote', async () => {
    expect(await told([0, 1])).toEqual(['starting', 'healthy sh -c check', 'unhealthy sh -c check']);
  });

  it('is bad only after several failures in a row', async () => {
    expect((await told([1, 0, 1, 1], { retries: 2 })).map((state) => state.split(' ')[0])).toEqual([
      'starting',
      'starting',
      'healthy',
      'healthy',
      'unhealthy',
    ]);
  });

  it('is not judged by failures within the start period', async () => {
    expect((await told([1, 1, 1], { startPeriodMs: 2500 })).map((state) => state.split(' ')[0])).toEqual([
      'starting',
      'starting',
      'starting',
      'unhealthy',
    ]);
  });
});
