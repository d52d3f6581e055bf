import { unlessAborted } from '../common/deadline.ts';
import type { Reporter } from '../model/event.ts';
import { type BridgedPort, bridgeResource } from '../model/observed.ts';
import type { BridgedPlace } from '../model/target-side.ts';
import { OpenBridge } from './live-bridge.ts';
import type { BridgeRoutes } from './ports.ts';
import { sameRequests } from './same-requests.ts';
import { FOR_NOBODY, type HoldingTerms } from './take-over.ts';

/** Who waits for longer is told for what, milliseconds. */
const MOMENT_MS = 700;

/** How bridges are set aside. */
export interface AsideTerms {
  /** Requests in flight may take so long, milliseconds. */
  readonly drainMs: number;
  readonly signal: AbortSignal;
  /** Hears of a wait that is longer than a moment. */
  readonly progress: (resource: string, message: string) => void;
}

/** The bridges a session has open. */
export class LiveBridges {
  readonly #report: Reporter;
  readonly #holding: HoldingTerms;
  readonly #open = new Map<string, OpenBridge>();
  /** What was given to others before it is opened here: see `HoldingTerms.givenUp` and `closeFor`. */
  readonly #inherited: Map<string, string>;

  /** `holding`: absent = they let go of their ports for nobody. */
  constructor(report: Reporter, holding = FOR_NOBODY) {
    this.#report = report;
    this.#holding = holding;
    this.#inherited = new Map(holding.givenUp);
  }

  /** What is open now, for planning. */
  list(): readonly BridgedPort[] {
    return [...this.#open.values()].map(({ bridge }) => bridge);
  }

  /** Who has the ports that were given up, by resource. */
  takenBy(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#open].flatMap(([resource, { takenBy }]) =>
        takenBy === undefined ? [] : [[resource, takenBy]],
      ),
    );
  }

  /** Those of `list` whose port somebody else was given: they claim it again only when they are opened anew. */
  givenUp(): readonly BridgedPort[] {
    return [...this.#open.values()]
      .filter(({ takenBy }) => takenBy !== undefined)
      .map(({ bridge }) => bridge);
  }

  /** Errors: those of `OpenBridge.open`; then it is as before. */
  async open(
    bridge: BridgedPort,
    routes: BridgeRoutes,
    signal: AbortSignal,
    takesOver = false,
  ): Promise<void> {
    const before = this.#inherited.get(bridge.name);
    this.#inherited.delete(bridge.name);
    const opened = new OpenBridge(bridge, this.#report, this.#holding, before);
    try {
      await opened.open(routes, signal, takesOver);
    } catch (error) {
      await opened.close(0);
      throw error;
    }
    const resource = bridgeResource(bridge);
    // One whose port was given up holds nothing any more.
    await this.#open.get(resource)?.close(0);
    this.#open.set(resource, opened);
  }

  /** Resources of those that rest because somebody asked for that. */
  restingOnRequest(): ReadonlySet<string> {
    const asked = [...this.#open].filter(([, { restsOnRequest }]) => restsOnRequest);
    return new Set(asked.map(([resource]) => resource));
  }

  /** Lets the original answer in place of the service, or no longer. False when it is not open. */
  rest(resource: string, onRequest: boolean): boolean {
    const bridge = this.#open.get(resource);
    bridge?.rest(onRequest);
    return bridge !== undefined;
  }

  /**
   * Does work for which a service is stopped and started again. Its bridges rest meanwhile, and it begins when requests in
   * flight have ended, at the latest after so many milliseconds. Errors: the work's; `cancelled` before it began.
   */
  async aside<T>(
    service: string,
    { drainMs, signal, progress }: AsideTerms,
    work: () => Promise<T>,
  ): Promise<T> {
    const bridges = [...this.#open.values()].filter(({ bridge }) => bridge.service === service);
    const wait = () =>
      progress(`container/${service}`, `requests in flight end first, within ${drainMs / 1000} s`);
    const timer = setTimeout(wait, MOMENT_MS);
    const drained = Promise.all(bridges.map((bridge) => bridge.setAside(drainMs)));
    try {
      await unlessAborted('the end of requests in flight', signal, drained);
      clearTimeout(timer);
      return await work();
    } finally {
      clearTimeout(timer);
      for (const bridge of bridges) bridge.takeBack();
    }
  }

  /** How many callers stay with the original because their connection began before the bridge, by resource. */
  staying(): ReadonlyMap<string, number> {
    return new Map([...this.#open].map(([resource, { staying }]) => [resource, staying]));
  }

  /** How many connections went to the original because an agent carried as many as it may, by resource. */
  passedOn(): ReadonlyMap<string, number> {
    return new Map([...this.#open].map(([resource, { passedOn }]) => [resource, passedOn]));
  }

  /** How they are wherever their targets run, by resource. */
  places(): ReadonlyMap<string, readonly BridgedPlace[]> {
    return new Map([...this.#open].map(([resource, { places }]) => [resource, places]));
  }

  /**
   * Closes one that another takes the place of when that is opened. If its port was given to others and the other one wants
   * the same requests, they stay given.
   */
  async closeFor(after: BridgedPort, before: BridgedPort, drainMs: number): Promise<void> {
    const takenBy = this.#open.get(bridgeResource(before))?.takenBy;
    if (takenBy !== undefined && sameRequests(after, before)) this.#inherited.set(after.name, takenBy);
    await this.close(before, drainMs);
  }

  /** Requests in flight may take so many milliseconds to end. Nothing happens when it is not open. */
  async close(bridge: BridgedPort, drainMs: number): Promise<void> {
    const resource = bridgeResource(bridge);
    const opened = this.#open.get(resource);
    this.#open.delete(resource);
    await opened?.close(drainMs);
  }
}
