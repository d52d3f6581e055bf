import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/common/errors.ts';
import { sessionRequestOf } from '../../../src/session/control-messages.ts';
import { sentWorkspace } from '../../../src/session/index.ts';
import { aWorkspace } from '../../builders/workspace.ts';

const workspace = sentWorkspace(aWorkspace('shop'));
const reading = {
  directory: '/',
  environment: { A: '1' },
  choice: { file: ['a.yaml'], override: false },
  files: [],
};

describe('what is asked of a session', () => {
  it.each([
    [{ method: 'status' }],
    [{ method: 'plan', workspace }],
    [{ method: 'plan', workspace, adds: true }],
    [{ method: 'converge', workspace }],
    [{ method: 'converge', workspace, reading }],
    [{ method: 'converge', workspace, reading: { ...reading, choice: { services: ['app'] } } }],
    [{ method: 'restart', services: ['app'] }],
    [{ method: 'stop', services: ['app'] }],
    [{ method: 'start', services: [] }],
    [{ method: 'rest', bridge: 'app:80', onRequest: true }],
    [{ method: 'ready' }],
    [{ method: 'converge', workspace, takeover: true }],
    [{ method: 'follow' }],
    [{ method: 'attend' }],
    [{ method: 'answer', question: 'q', yes: false }],
    [{ method: 'down' }],
    [{ method: 'down', drainMs: 5000 }],
    [{ method: 'of a later version' }],
  ])('is known: $method', (request) => {
    expect(sessionRequestOf(request)).toBe(request);
  });

  it.each([
    [null],
    [[]],
    ['status'],
    [{ method: 'plan' }],
    [{ method: 'converge', workspace: { name: 'shop', file: '/f', services: [null] } }],
    [{ method: 'converge', workspace, reading: null }],
    [{ method: 'converge', workspace, reading: { ...reading, environment: { A: 1 } } }],
    [{ method: 'converge', workspace, reading: { ...reading, choice: { file: 'a.yaml' } } }],
    [{ method: 'converge', workspace, reading: { ...reading, choice: { services: 'app' } } }],
    [{ method: 'plan', workspace, adds: 1 }],
    [{ method: 'converge', workspace, takeover: 'yes' }],
    [{ method: 'answer', question: 'q' }],
    [{ method: 'restart', services: 'app' }],
    [{ method: 'stop' }],
    [{ method: 'start', services: [1] }],
    [{ method: 'rest', bridge: 'app:80' }],
  ])('is refused by name: %j', (request) => {
    expect(() => sessionRequestOf(request)).toThrow(DevenvError);
  });
});

it('anything else is an error of ours, or an object', () => {
  const key = fc.constantFrom(
    'method',
    'workspace',
    'services',
    'done',
    'steps',
    'status',
    'event',
    'error',
    'type',
  );
  const value = fc.oneof(
    fc.anything(),
    fc.dictionary(key, fc.oneof(fc.anything(), fc.dictionary(key, fc.anything()))),
  );
  fc.assert(
    fc.property(value, (said) => {
      try {
        expect(sessionRequestOf(said)).toBe(said);
      } catch (error) {
        if (!(error instanceof DevenvError)) throw error;
      }
    }),
  );
});
