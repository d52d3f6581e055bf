import type { StreamTarget } from '../protocol/index.ts';
import type { OpenedStream, Tunnel } from './client.ts';

/** How long a connection waits for a tunnel that is being restored, milliseconds. */
const PATIENCE_MS = 5000;

/** The tunnel that streams are opened through now: it breaks and comes back, and a connection waits for that. */
export class CurrentTunnel {
  #tunnel: Tunnel | undefined;
  /** Connections that wait for a tunnel. */
  readonly #waiting = new Set<() => void>();

  /** From now on new streams take this tunnel; those in an earlier one end. */
  use(tunnel: Tunnel): void {
    this.#tunnel?.destroy();
    this.#tunnel = tunnel;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
    void tunnel.closed.then(() => {
      if (this.#tunnel === tunnel) this.#tunnel = undefined;
    });
  }

  /** Opens a stream to a target, as soon as there is a tunnel. Errors: `Error` when none comes in time. */
  async open(target: StreamTarget): Promise<OpenedStream> {
    if (this.#tunnel === undefined) {
      await new Promise<void>((go) => {
        this.#waiting.add(go);
        setTimeout(go, PATIENCE_MS).unref();
      });
    }
    if (this.#tunnel === undefined) throw new Error('no connection to the workload');
    return this.#tunnel.open(target);
  }
}
