import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asLastAnswer } from '../../../src/agent/last-answer.ts';
import { parseRequestHead } from '../../../src/http1/index.ts';

/** Bytes of a conversation: any, and such as look like HTTP. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some)),
      fc
        .constantFrom('GET / HTTP/1.1', 'HTTP/1.1 200', '\r\n', 'User-Agent:', ' kube-probe/1', ':', '\0')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

it('what callers and workloads say is looked at without harm, whatever it is', () => {
  fc.assert(
    fc.property(bytes, (start) => {
      expect(typeof parseRequestHead(start)).toBe('object');
      const answer = asLastAnswer(start);
      expect(answer === undefined || answer.length <= start.length + 100).toBe(true);
    }),
  );
});

it('it takes no time, however long it is', () => {
  for (const part of ['User-Agent: ', 'a:', '\r\n', ' ', 'GET ', 'HTTP/1.1 ']) {
    const start = Buffer.from(part.repeat(64 * 1024));
    const from = performance.now();
    parseRequestHead(start);
    asLastAnswer(start);
    expect(performance.now() - from).toBeLessThan(1000);
  }
});
