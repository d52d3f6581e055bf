import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { ErrorFacts } from '../../../src/common/errors.ts';
import { faultLine, onFault } from '../../../src/common/faults.ts';

it.each(['uncaughtException', 'unhandledRejection'])('%s is told', (event) => {
  const program = new EventEmitter();
  const told: ErrorFacts[] = [];
  onFault((fault) => told.push(fault), program);
  program.emit(event, new TypeError('nobody caught me'));
  program.emit(event, 'a word');
  expect(told).toMatchObject([{ code: 'internal', message: 'nobody caught me' }, { message: 'a word' }]);
});

it('what cannot be told is no fault of its own', () => {
  const program = new EventEmitter();
  onFault(() => {
    throw new Error('nobody listens');
  }, program);
  const unreadable = {
    toString() {
      throw new Error('no words');
    },
  };
  expect(() => program.emit('uncaughtException', new Error('x'))).not.toThrow();
  expect(() => program.emit('uncaughtException', unreadable)).not.toThrow();
});

it('a fault is one line that says what and where', () => {
  const fault = {
    code: 'internal',
    owner: 'devenv',
    message: 'two\nlines',
    evidence: ['  at f (a.ts:1:2)', '  at g'],
  };
  expect(faultLine(fault as ErrorFacts)).toBe('two lines (at f (a.ts:1:2))');
  expect(faultLine({ code: 'internal', owner: 'devenv', message: 'no stack' })).toBe('no stack');
});
