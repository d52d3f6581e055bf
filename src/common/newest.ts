import { deferred } from './deferred.ts';

/**
 * The newest value of a source each time one is asked for: whoever takes longer with one than the source misses those in
 * between. Ends and fails as the source does, after its last value.
 */
export async function* newest<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let unseen: { readonly value: T } | undefined;
  let isOver = false;
  let change = deferred();
  const reading = (async () => {
    try {
      for (let read = await iterator.next(); !read.done; read = await iterator.next()) {
        unseen = { value: read.value };
        change.resolve();
      }
    } finally {
      isOver = true;
      change.resolve();
    }
  })();
  // Whoever comes to the end hears of it.
  reading.catch(() => {});
  try {
    for (;;) {
      const seen = unseen;
      unseen = undefined;
      if (seen !== undefined) yield seen.value;
      else if (isOver) return await reading;
      else {
        await change.promise;
        change = deferred();
      }
    }
  } finally {
    void iterator.return?.()?.catch(() => {});
  }
}
