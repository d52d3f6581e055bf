import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';

/** Passes on what services write, each container once, until it ends. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #report: Reporter;
  readonly #followed = new Set<string>();
  readonly #ending = new AbortController();

  constructor(engine: Engine, report: Reporter) {
    this.#engine = engine;
    this.#report = report;
  }

  /** Begins with the first line the container ever wrote. Nothing happens for one that is followed already. */
  follow(service: string, containerId: string): void {
    if (this.#followed.has(containerId)) return;
    this.#followed.add(containerId);
    void this.#read(service, containerId);
  }

  /** Ends all following. */
  close(): void {
    this.#ending.abort();
  }

  async #read(service: string, containerId: string): Promise<void> {
    try {
      const lines = this.#engine.containerLogs(containerId, { follow: true }, this.#ending.signal);
      for await (const { stream, line } of lines) this.#report({ type: 'log', service, stream, line });
    } catch {
      // Its end is told by whoever supervises it.
    }
  }
}
