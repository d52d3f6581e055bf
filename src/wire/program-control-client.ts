import type { Duplex } from 'node:stream';
import { DevenvError } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';
import { startControlHeart } from './control-heart.ts';

/** A request without its number, which the client gives it. */
export type Unnumbered<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never;

/** The session's end of a control duplex. Events with an `id` are answers; all others go to `onEvent`. */
export class ControlClient<Request extends { readonly id: number }, Event extends { readonly type: string }> {
  /** Resolves when the duplex is gone. */
  readonly closed: Promise<void>;
  readonly #duplex: Duplex;
  readonly #waiting = new Map<number, (event: Event | undefined) => void>();
  #lastId = 0;

  /**
   * `onSilence` hears when the program has fallen silent for seconds, and when it is heard again. `after`: the duplex is read
   * from then on; whoever rejects it destroys the duplex.
   */
  constructor(
    duplex: Duplex,
    decode: (value: unknown) => Event | undefined,
    onEvent: (event: Event) => void,
    onSilence?: (silent: boolean) => void,
    after: Promise<unknown> = Promise.resolve(),
  ) {
    this.#duplex = duplex;
    duplex.on('error', () => {});
    this.closed = new Promise((resolve) => {
      duplex.once('close', () => {
        for (const answer of this.#waiting.values()) answer(undefined);
        this.#waiting.clear();
        resolve();
      });
    });
    const heard = startControlHeart(duplex, onSilence);
    after.then(
      () => this.#listen(decode, onEvent, heard),
      () => {},
    );
  }

  /** Sends a request and resolves to its answer. Errors: `agent-failed` when the duplex breaks before that. */
  async request(request: Unnumbered<Request>): Promise<Event> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<Event | undefined>((resolve) => {
      if (this.#duplex.destroyed) resolve(undefined);
      else this.#waiting.set(id, resolve);
    });
    this.#duplex.write(encodeLine({ ...request, id }));
    const event = await answered;
    if (event !== undefined) return event;
    throw new DevenvError({
      code: 'agent-failed',
      message: `the connection broke before ${String(request['type' as keyof typeof request])} was answered`,
      owner: 'environment',
    });
  }

  /** Ends the duplex: the program notices at once. */
  close(): void {
    this.#duplex.destroy();
  }

  async #listen(
    decode: (value: unknown) => Event | undefined,
    onEvent: (event: Event) => void,
    heard: () => void,
  ): Promise<void> {
    try {
      for await (const value of readJsonLines(this.#duplex, heard)) {
        const event = decode(value);
        if (event === undefined) continue;
        const id = 'id' in event && typeof event.id === 'number' ? event.id : undefined;
        const answer = id === undefined ? undefined : this.#waiting.get(id);
        if (id === undefined || answer === undefined) onEvent(event);
        else {
          this.#waiting.delete(id);
          answer(event);
        }
      }
    } catch {
      // A broken or unreadable duplex ends like a closed one.
    }
    this.#duplex.destroy();
  }
}
