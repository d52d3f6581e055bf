import type { Duplex } from 'node:stream';
import { readDnsMessages, withLength } from './dns-framing.ts';

/** Messages of one stream that are being answered at once. */
const MOST_AT_ONCE = 64;

/**
 * Answers the messages on a stream in the order answers come, until it ends; one without an answer is dropped. Whoever
 * sends faster than it can be answered, or does not read its answers, waits. Errors: those of `answer` and the stream.
 */
export async function answerDnsMessages(
  stream: Duplex,
  answer: (message: Buffer) => Promise<Buffer | undefined>,
): Promise<void> {
  const written = writerTo(stream);
  const open = new Set<Promise<void>>();
  for await (const message of readDnsMessages(stream)) {
    const work = answer(message).then((bytes) => (bytes === undefined ? undefined : written(bytes)));
    const done: Promise<void> = work.finally(() => open.delete(done));
    open.add(done);
    if (open.size >= MOST_AT_ONCE) await Promise.race(open);
  }
  await Promise.all(open);
}

/** What writes to a stream, and waits until there is room for more, or it is gone: all that wait do so as one. */
function writerTo(stream: Duplex): (message: Buffer) => Promise<void> | undefined {
  let room: Promise<void> | undefined;
  return (message) => {
    if (!stream.writable || stream.write(withLength(message))) return undefined;
    room ??= new Promise((resolve) => {
      const done = () => {
        stream.off('drain', done);
        stream.off('close', done);
        room = undefined;
        resolve();
      };
      stream.on('drain', done);
      stream.on('close', done);
    });
    return room;
  };
}
