import { expect, it } from 'vitest';
import { withFieldsChanged, withFieldsFirst, withFieldsLast } from '../../../src/http1/index.ts';

const HEAD = Buffer.from('GET / HTTP/1.1\r\nHost:  a\r\nx-A: 1 \r\nX-a:\xe4\r\n\r\n', 'latin1');
const A = { name: 'A', value: '\xe4' };

it('fields are added before or after those that are there', () => {
  expect(withFieldsFirst(HEAD, [A]).toString('latin1')).toBe(
    'GET / HTTP/1.1\r\nA: \xe4\r\nHost:  a\r\nx-A: 1 \r\nX-a:\xe4\r\n\r\n',
  );
  expect(withFieldsLast(HEAD, [A, A]).toString('latin1')).toBe(
    'GET / HTTP/1.1\r\nHost:  a\r\nx-A: 1 \r\nX-a:\xe4\r\nA: \xe4\r\nA: \xe4\r\n\r\n',
  );
  const bare = Buffer.from('HTTP/1.1 200 OK\r\n\r\n');
  for (const add of [withFieldsFirst, withFieldsLast])
    expect(add(bare, [A]).toString('latin1')).toBe('HTTP/1.1 200 OK\r\nA: \xe4\r\n\r\n');
});

it('fields are changed or left out, and the others stay as they were sent', () => {
  const change = (name: string, value: string) =>
    name === 'host' ? value : value === '1' ? 'one' : undefined;
  expect(withFieldsChanged(HEAD, change).toString('latin1')).toBe(
    'GET / HTTP/1.1\r\nHost:  a\r\nx-A: one\r\n\r\n',
  );
});

it.each([
  { name: 'A', value: 'b\r\nC: d' },
  { name: 'A: b\r\nC', value: 'd' },
  { name: '', value: 'a' },
  { name: 'A', value: '\u20ac' },
])('nothing is added that is no field: %o', (field) => {
  expect(() => withFieldsLast(HEAD, [field])).toThrow('not a header');
});
