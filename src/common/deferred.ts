/** A promise that somebody settles later. A rejection that nobody waits for is nobody's: it does not end the process. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** It was resolved or rejected. */
  readonly settled: boolean;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Makes one. Only the first call of `resolve` or `reject` counts. */
export function deferred<T = void>(): Deferred<T> {
  let fulfil: (value: T) => void = () => {};
  let refuse: (error: unknown) => void = () => {};
  let settled = false;
  const promise = new Promise<T>((...functions) => {
    [fulfil, refuse] = functions;
  });
  promise.catch(() => {});
  return {
    promise,
    get settled() {
      return settled;
    },
    resolve(value) {
      settled = true;
      fulfil(value);
    },
    reject(error) {
      settled = true;
      refuse(error);
    },
  };
}
