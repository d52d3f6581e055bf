import { listeningPorts } from '../netfilter/index.ts';

/** How often the kernel's list of sockets is read, milliseconds. It costs a fraction of one. */
const LOOK_MS = 100;

/**
 * Tells whether the service listens on the watched ports, without connecting to it: an attempt would be a request
 * nobody made, and a paused debugger would never answer it.
 */
export class ListeningWatch {
  readonly #report: (port: number, listening: boolean) => void;
  readonly #timer: NodeJS.Timeout;
  #ports: readonly number[] = [];
  #known = new Map<number, boolean>();

  /** `report` is called when a port's state changes, and once for each newly watched port. */
  constructor(report: (port: number, listening: boolean) => void) {
    this.#report = report;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /** Replaces the list of watched ports; all of them are reported afresh. */
  async watch(ports: readonly number[]): Promise<void> {
    this.#ports = ports;
    this.#known = new Map();
    await this.#look();
  }

  /** Ends the watch. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#ports.length === 0) return;
    const listening = await listeningPorts();
    for (const port of this.#ports) {
      const now = listening.has(port);
      if (this.#known.get(port) === now) continue;
      this.#known.set(port, now);
      this.#report(port, now);
    }
  }
}
