import { pause } from './deadline.ts';

/** The values of a source in their order, and undefined whenever none has come for so many milliseconds. Ends as the source does. */
export async function* orEvery<T>(source: AsyncIterable<T>, ms: number): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const over = new AbortController();
      const came = next.then((result) => ({ result }));
      const first = await Promise.race([came, pause(ms, over.signal)]).finally(() => over.abort());
      if (first === undefined) {
        yield undefined;
        continue;
      }
      if (first.result.done) return;
      yield first.result.value;
      next = iterator.next();
    }
  } finally {
    // Nobody waits for what it was asked last.
    next.catch(() => {});
    void iterator.return?.()?.catch(() => {});
  }
}
