import { DevenvError } from '../../src/common/errors.ts';

/** Failures that a test plans for the methods of a fake. */
export class Faults<Method> {
  readonly #planned = new Map<Method, Error[]>();
  /** False = every method fails with `engine-unreachable`. */
  reachable = true;

  /** How long calls take; each waits for it. */
  latency: () => Promise<void> = async () => {};

  /** The next call of a method fails with this error; planned twice, the next two calls do. */
  failNext(method: Method, error: Error): void {
    this.#planned.set(method, [...(this.#planned.get(method) ?? []), error]);
  }

  /** Nothing that was planned fails any more. */
  forget(): void {
    this.#planned.clear();
  }

  /** Called first by every method, so that each is asynchronous as the real one is. */
  async enter(method: Method): Promise<void> {
    await this.latency();
    if (!this.reachable) {
      throw new DevenvError({
        code: 'engine-unreachable',
        message: 'the container engine at fake:// (test) does not answer: it went away',
        owner: 'environment',
      });
    }
    const error = this.#planned.get(method)?.shift();
    if (error !== undefined) throw error;
  }
}
