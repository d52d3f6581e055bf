import { describe, expect, it } from 'vitest';
import { DevenvError, errorFacts } from '../../../src/common/errors.ts';

const facts = {
  code: 'engine-failed',
  message: 'could not reach http://me:hunter2@proxy',
  hint: 'run with --token hunter2',
  evidence: ['Authorization: Bearer hunter2'],
  owner: 'environment',
} as const;

describe('an error that leaves the program', () => {
  it('has no secret in its words', () => {
    const error = errorFacts(new DevenvError(facts));
    expect(error).toEqual({
      ...facts,
      message: 'could not reach http://me:***@proxy',
      hint: 'run with --token ***',
      evidence: ['Authorization: Bearer ***'],
    });
    expect(errorFacts(new DevenvError(error))).toEqual(error);
  });

  it('tells what a program of the user wrote as it is', () => {
    const { evidence, evidenceIs } = errorFacts(new DevenvError({ ...facts, evidenceIs: 'output' }));
    expect({ evidence, evidenceIs }).toEqual({ evidence: facts.evidence, evidenceIs: 'output' });
  });

  it('has none even when it is a bug, whose message is also in its stack', () => {
    const { message, evidence } = errorFacts(new Error('first\ntoken=hunter2'));
    expect([message, ...(evidence ?? [])].join('\n')).not.toContain('hunter2');
    expect(message).toBe('first\ntoken=***');
  });

  it('is no bug when this machine is short of something', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(errorFacts(full)).toMatchObject({
      code: 'state-unusable',
      message: 'ENOSPC: no space left on device, write',
      hint: expect.stringMatching(/^free some space/),
      owner: 'environment',
    });
    expect(errorFacts(full)).not.toHaveProperty('evidence');
  });
});
