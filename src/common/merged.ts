/** What several sources give, as it comes; ends when the first of them ends, and fails when one fails. The others are closed then. */
export async function* merged<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const readers = sources.map((source) => source[Symbol.asyncIterator]());
  const next = new Map(readers.map((reader) => [reader, step(reader)]));
  try {
    for (;;) {
      const { reader, result } = await Promise.race(next.values());
      if (result.done === true) return;
      next.set(reader, step(reader));
      yield result.value;
    }
  } finally {
    for (const [reader, pending] of next) {
      // Nobody waits for what they would have given.
      pending.catch(() => {});
      void Promise.resolve(reader.return?.()).catch(() => {});
    }
  }
}

async function step<T>(reader: AsyncIterator<T>) {
  return { reader, result: await reader.next() };
}
