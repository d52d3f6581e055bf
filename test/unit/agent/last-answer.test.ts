import { describe, expect, it } from 'vitest';
import { asLastAnswer } from '../../../src/agent/last-answer.ts';

function told(start: string): string | undefined {
  return asLastAnswer(Buffer.from(start))?.toString();
}

describe('the last answer on a connection', () => {
  it('tells its caller, before all other headers, and keeps the rest as it is', () => {
    expect(told('HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok')).toBe(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    );
  });

  it.each([
    ['an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['another protocol', '\u0000\u0000\u0012\u0004'],
    ['HTTP/1.0, which ends by itself', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['a status line in pieces', 'HTTP/1.1 200 O'],
  ])('is not %s', (_, start) => {
    expect(told(start)).toBeUndefined();
  });
});
