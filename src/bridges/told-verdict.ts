import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';
import type { BridgeVerdict } from './verdict.ts';

/** What passes in a moment is told when it has lasted for so long, milliseconds. */
const PASSING_MS = 1000;

/** Tells how a bridge is, once for each change. */
export class ToldVerdict {
  readonly #resource: string;
  readonly #report: Reporter;
  #said = '';
  #passing: NodeJS.Timeout | undefined;

  constructor(bridge: BridgedPort, report: Reporter) {
    this.#resource = bridgeResource(bridge);
    this.#report = report;
  }

  /** It is so now. */
  tell(verdict: BridgeVerdict): void {
    this.silence();
    if (verdict.passing) this.#passing = setTimeout(() => this.#say(verdict), PASSING_MS);
    else this.#say(verdict);
  }

  /** What was about to be told is not. */
  silence(): void {
    clearTimeout(this.#passing);
  }

  #say({ state, reason, count }: BridgeVerdict): void {
    const words = `${state} ${count?.live}/${count?.of} ${reason}`;
    if (words === this.#said) return;
    this.#said = words;
    const resource = this.#resource;
    const why = reason === '' ? {} : { reason };
    this.#report({ type: 'state', resource, state, ...why, ...(count === undefined ? {} : { count }) });
  }
}
