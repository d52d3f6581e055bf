import { filterText } from '../match/index.ts';
import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';
import type { ClaimSummary } from '../protocol/index.ts';

/** Tells of others who have a claim on the port of a bridge, each once, however many replicas say so. */
export class SharedPort {
  readonly #bridge: BridgedPort;
  readonly #report: Reporter;
  readonly #told = new Set<string>();

  constructor(bridge: BridgedPort, report: Reporter) {
    this.#bridge = bridge;
    this.#report = report;
  }

  tell({ owner, session, filter }: ClaimSummary): void {
    const theirs = filter?.match === undefined ? 'all other requests' : filterText(filter);
    const message = `${bridgeResource(this.#bridge)}: ${theirs} of ${this.#bridge.target} go to ${owner.user} (project ${owner.project})`;
    const key = `${session} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#report({ type: 'warning', message });
  }
}
