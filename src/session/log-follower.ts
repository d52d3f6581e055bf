import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';

/** Passes on what services write, each line once, also over restarts of a container. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #report: Reporter;
  readonly #ending = new AbortController();
  readonly #following = new Set<string>();
  /** When the last line of a container was written that has been passed on. */
  readonly #readUpTo = new Map<string, number>();

  constructor(engine: Engine, report: Reporter) {
    this.#engine = engine;
    this.#report = report;
  }

  /** Begins with the first line that was not passed on yet. Nothing happens for a container that is being followed. */
  follow(service: string, containerId: string): void {
    if (this.#following.has(containerId)) return;
    this.#following.add(containerId);
    void this.#read(service, containerId);
  }

  /** Ends all following. */
  close(): void {
    this.#ending.abort();
  }

  async #read(service: string, containerId: string): Promise<void> {
    const since = this.#readUpTo.get(containerId);
    try {
      const options = { follow: true, since: since === undefined ? undefined : since + 1 };
      const lines = this.#engine.containerLogs(containerId, options, this.#ending.signal);
      for await (const { stream, line, at } of lines) {
        this.#readUpTo.set(containerId, at);
        this.#report({ type: 'log', service, stream, line });
      }
    } catch {
      // Its end is told by whoever supervises it.
    }
    this.#following.delete(containerId);
  }
}
