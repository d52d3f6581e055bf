import { filterText } from '../match/index.ts';
import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';
import type { AgentEvent, ClaimSummary } from '../protocol/index.ts';

/** Tells what agents say of the port of a bridge besides how it is, each thing once, however many replicas say so. */
export class PortNews {
  readonly #bridge: BridgedPort;
  readonly #report: Reporter;
  readonly #told = new Set<string>();

  constructor(bridge: BridgedPort, report: Reporter) {
    this.#bridge = bridge;
    this.#report = report;
  }

  /** `place`: where an agent says that. */
  hear(event: AgentEvent, place: string): void {
    if (event.type === 'shared') this.#isShared(event.with);
    if (event.type === 'unheard') this.#isUnheard(place);
    if (event.type === 'crowded') this.#isCrowded();
  }

  #isShared({ owner, session, filter }: ClaimSummary): void {
    const theirs = filter?.match === undefined ? 'all other requests' : filterText(filter);
    const what = `${theirs} of ${this.#bridge.target} go to ${owner.user} (project ${owner.project})`;
    this.#tell(what, `${session} ${what}`);
  }

  #isUnheard(place: string): void {
    const { port, target } = this.#bridge;
    const what = `nothing listens on port ${port} of ${target} in ${place}, at no address: is it the port on which it is called?`;
    this.#tell(what, 'unheard');
  }

  #isCrowded(): void {
    const what = `an agent of ${this.#bridge.target} carries as many connections at once as it may in memory that belongs to the workload; more of them go to the original, and \`devenv ps\` counts them`;
    this.#tell(what, 'crowded');
  }

  #tell(what: string, key: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#report({ type: 'warning', message: `${bridgeResource(this.#bridge)}: ${what}` });
  }
}
