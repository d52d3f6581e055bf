import type { PortTakeover } from './claim.ts';

/** The ports that are taken over, whoever wants that: claims of several sessions may share one. */
export class TakenPorts {
  readonly #takeover: Pick<PortTakeover, 'start' | 'stop'>;
  readonly #taken = new Map<number, Promise<void>>();

  constructor(takeover: Pick<PortTakeover, 'start' | 'stop'>) {
    this.#takeover = takeover;
  }

  /** Takes a port over; resolves when that holds, at once where it does. Errors: those of the takeover. */
  take(port: number): Promise<void> {
    const before = this.#taken.get(port);
    if (before !== undefined) return before;
    const taken = this.#takeover.start(port);
    this.#taken.set(port, taken);
    return taken;
  }

  /** Leaves a port to the original; done at once where it is not taken. */
  async leave(port: number): Promise<void> {
    if (this.#taken.delete(port)) await this.#takeover.stop(port);
  }
}
