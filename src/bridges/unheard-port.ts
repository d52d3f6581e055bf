import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';

/** Tells that nothing of the workload listens on the port of a bridge, once, however many replicas say so. */
export class UnheardPort {
  readonly #bridge: BridgedPort;
  readonly #report: Reporter;
  #isTold = false;

  constructor(bridge: BridgedPort, report: Reporter) {
    this.#bridge = bridge;
    this.#report = report;
  }

  /** `place`: where it is so. */
  tell(place: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const { port, target } = this.#bridge;
    const message = `${bridgeResource(this.#bridge)}: nothing listens on port ${port} of ${target} in ${place}, at no address: is it the port on which it is called?`;
    this.#report({ type: 'warning', message });
  }
}
