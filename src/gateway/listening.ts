import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { type Looks, nextLook } from '../common/next-look.ts';

/** Looks at the kernel's list of sockets while a port is away, which is likely to be listened on soon. */
const AWAY: Looks = { quickest: 20, slowest: 100, part: 1 / 20 };

/** Pause between looks while all of them are listened on, milliseconds. */
const STEADY_MS = 100;

/**
 * Tells whether the service listens on the watched ports, without connecting to it: an attempt would be a request
 * nobody made, and a paused debugger would never answer it.
 */
export class ListeningWatch {
  readonly #listeningPorts: () => Promise<ReadonlySet<number>>;
  readonly #report: (port: number, listening: boolean) => void;
  readonly #end = new AbortController();
  #ports: readonly number[] = [];
  #known = new Map<number, boolean>();
  /** When a port was last begun to be watched, or ceased to be listened on, on the clock of `performance`. */
  #awaySince = 0;
  /** Why the last look of its own failed; empty when it did not. */
  #trouble = '';

  /**
   * `listeningPorts` gives those on which the service listens now. `report` is called when a port's state changes, and
   * once for each newly watched port.
   */
  constructor(
    listeningPorts: () => Promise<ReadonlySet<number>>,
    report: (port: number, listening: boolean) => void,
  ) {
    this.#listeningPorts = listeningPorts;
    this.#report = report;
    void this.#run();
  }

  /** Replaces the list of watched ports; all of them are reported afresh. */
  async watch(ports: readonly number[]): Promise<void> {
    this.#ports = ports;
    this.#known = new Map();
    this.#awaySince = performance.now();
    await this.#look();
  }

  /** Whether a port is among them. */
  isWatched(port: number): boolean {
    return this.#ports.includes(port);
  }

  /**
   * Somebody was refused on a port just now. A program can end and start again between two looks; whoever was turned
   * away then has to learn that it is back.
   */
  refused(port: number): void {
    if (this.#known.get(port) === true) this.#note(port, false);
  }

  /** Ends the watch. */
  close(): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const away = this.#ports.some((port) => this.#known.get(port) !== true);
      await pause(away ? nextLook(performance.now() - this.#awaySince, AWAY) : STEADY_MS, signal);
      if (!signal.aborted) await this.#lookAgain();
    }
  }

  /** Never rejects: what could not be read now may be the next time. */
  async #lookAgain(): Promise<void> {
    try {
      await this.#look();
      this.#trouble = '';
    } catch (error) {
      const trouble = messageOf(error);
      if (trouble !== this.#trouble) console.error(`what listens is not known: ${trouble}`);
      this.#trouble = trouble;
    }
  }

  async #look(): Promise<void> {
    if (this.#ports.length === 0) return;
    const listening = await this.#listeningPorts();
    for (const port of this.#ports) {
      const now = listening.has(port);
      if (this.#known.get(port) !== now) this.#note(port, now);
    }
  }

  #note(port: number, listening: boolean): void {
    if (!listening && this.#known.has(port)) this.#awaySince = performance.now();
    this.#known.set(port, listening);
    this.#report(port, listening);
  }
}
