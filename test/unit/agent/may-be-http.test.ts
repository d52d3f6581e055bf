import { expect, it } from 'vitest';
import { mayBeHttp } from '../../../src/agent/may-be-http.ts';

it.each([
  ['GET / HTTP/1.1\r\nHost: x\r\n', true],
  ['GE', true],
  ['GET /items?a=1', true],
  ['GET / HTTP/1.0\r', true],
  ['BREW /pot HTTP/1.1\r\n', true],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', false],
  ['\x16\x03\x01\x02\x00', false],
  ['*1\r\n$4\r\nPING\r\n', false],
  ['PING\r\n', false],
  ['EHLO x\r\n', false],
  ['\0\0\0\x08\x04\xd2\x16\x2f', false],
  ['', false],
])('%j: %s', (text, expected) => {
  expect(mayBeHttp(Buffer.from(text, 'latin1'))).toBe(expected);
});
