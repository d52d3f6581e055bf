/** Values for any number of readers. Each gets what is published after its subscription, however late it reads. */
export class Feed<T> {
  readonly #readers = new Set<Reader<T>>();

  publish(value: T): void {
    for (const reader of this.#readers) {
      reader.values.push(value);
      reader.wake();
    }
  }

  /** Ends what is subscribed now, after what was published. */
  end(): void {
    for (const reader of this.#readers) {
      reader.ended = true;
      reader.wake();
    }
  }

  /** Counts from this call on; ends at once when `signal` aborts. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<T> {
    const readers = this.#readers;
    const reader: Reader<T> = { values: [], ended: false, wake: () => {} };
    readers.add(reader);
    const onAbort = () => reader.wake();
    signal?.addEventListener('abort', onAbort, { once: true });
    return (async function* () {
      try {
        while (!signal?.aborted) {
          if (reader.values.length > 0) yield reader.values.shift() as T;
          else if (reader.ended) return;
          else await new Promise<void>((resolve) => (reader.wake = resolve));
        }
      } finally {
        signal?.removeEventListener('abort', onAbort);
        readers.delete(reader);
      }
    })();
  }
}

interface Reader<T> {
  readonly values: T[];
  ended: boolean;
  wake: () => void;
}
