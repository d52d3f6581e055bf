import { expect, it } from 'vitest';
import type { DevenvError } from '../../../src/common/errors.ts';
import { refuseProblems } from '../../../src/converge/index.ts';

const warnings = ['little memory', 'a probe may ask'];

function refusedFor(findings: Parameters<typeof refuseProblems>[0], strict: boolean) {
  const told: string[] = [];
  try {
    refuseProblems(findings, (message) => told.push(message), strict);
    return { told, error: undefined };
  } catch (error) {
    return { told, error: error as DevenvError };
  }
}

it('what may turn out badly is told, and refused where somebody is strict', () => {
  expect(refusedFor({ problems: [], warnings }, false)).toEqual({ told: warnings, error: undefined });
  const [message = ''] = warnings;
  const { told, error } = refusedFor({ problems: [], warnings: [message] }, true);
  expect(told).toEqual([]);
  expect(error).toMatchObject({
    code: 'preflight-failed',
    message,
    hint: 'without --strict this is a warning, and nothing else',
  });
});

it('strictly refused warnings stand beside the problems', () => {
  const problem = { code: 'target-not-found', message: 'no such thing', owner: 'user' } as const;
  const { error } = refusedFor({ problems: [problem], warnings }, true);
  expect(error?.message).toBe('3 things stand in the way; nothing was touched');
  expect(error?.evidence?.filter((line) => /^\d/.test(line))).toEqual([
    '1. no such thing',
    '2. little memory',
    '3. a probe may ask',
  ]);
});
