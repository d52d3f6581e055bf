import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { withLength } from '../../../src/common/dns-framing.ts';
import { answerDnsMessages } from '../../../src/common/dns-stream.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

it('whoever does not read its answers is not answered further', async () => {
  const [stream, asker] = duplexPair();
  let asked = 0;
  void answerDnsMessages(stream, async () => {
    asked += 1;
    return Buffer.alloc(60_000);
  }).catch(() => {});
  for (let times = 0; times < 5000; times += 1) asker.write(withLength(Buffer.alloc(12)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toBeLessThanOrEqual(70);
  // All answers wait for the same room: a listener for each of them were a leak by Node's own count.
  for (const event of ['drain', 'close']) expect(stream.listenerCount(event)).toBeLessThanOrEqual(4);
  asker.resume();
  await vi.waitFor(() => expect(asked).toBe(5000), 5000);
});

it('no more than some are answered at once', async () => {
  const [stream, asker] = duplexPair();
  let [open, most] = [0, 0];
  const answered = answerDnsMessages(stream, async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
    return undefined;
  });
  for (let times = 0; times < 1000; times += 1) asker.write(withLength(Buffer.alloc(12)));
  asker.end();
  await answered;
  expect(most).toBe(64);
});

it('any bytes are messages, an end, or an error of the stream', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
      const stream = new PassThrough();
      const total = chunks.reduce((sum, { length }) => sum + length, 0);
      let seen = 0;
      const answered = answerDnsMessages(stream, async (message) => {
        seen += message.length + 2;
        return undefined;
      });
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
      await answered;
      expect(seen).toBeLessThanOrEqual(total);
    }),
  );
});
