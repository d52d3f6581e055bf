import { closeSync, openSync } from 'node:fs';
import { pause } from '../common/deadline.ts';
import type { PublishedPort } from '../model/workspace.ts';
import { OutputPump } from './output.ts';
import { PublishedPorts } from './published-ports.ts';
import { file, type StoredUnit, writeWhole } from './unit-files.ts';
import type { Units } from './units.ts';

/** What this process has of a unit while it holds it. */
interface Held {
  readonly pump: OutputPump;
  /** Descriptor that asks a network and keeps it alive; undefined for a program. */
  readonly requests: number | undefined;
  published: PublishedPorts | undefined;
  /** Ends what belongs to its last run. */
  run: AbortController;
}

/** How often, with a pause, ports are asked for that the process before this one is just letting go. */
const PORTS_AGAIN = { times: 40, pauseMs: 50 };

/**
 * What the session's process has open for its units: it reads what they write, publishes their ports, and is what they end
 * with.
 */
export class Holdings {
  readonly #units: Units;
  readonly #held = new Map<string, Held>();

  constructor(units: Units) {
    this.#units = units;
  }

  /** Holds a unit from now on. Nothing happens when it is held. */
  take({ id, network }: Pick<StoredUnit, 'id' | 'network'>): void {
    if (this.#held.has(id)) return;
    // Opened for both: it must not wait for a reader.
    const requests = network === undefined ? openSync(this.#units.path(id, file.requests), 'r+') : undefined;
    this.#held.set(id, {
      pump: new OutputPump(this.#units.path(id)),
      requests,
      published: undefined,
      run: new AbortController(),
    });
  }

  /** Holds a unit that another process of the session has made. Errors: `port-taken`. */
  async takeOver(unit: StoredUnit, ports: readonly PublishedPort[]): Promise<void> {
    this.take(unit);
    for (let attempt = 1; ports.length > 0; attempt += 1) {
      try {
        return await this.publish(unit.id, ports);
      } catch (error) {
        if (attempt === PORTS_AGAIN.times) throw error;
        await pause(PORTS_AGAIN.pauseMs);
      }
    }
  }

  /** Publishes ports of a network that is held. Errors: `port-taken`. */
  async publish(id: string, ports: readonly PublishedPort[]): Promise<void> {
    const held = this.#held.get(id);
    held?.published?.close();
    const published = await PublishedPorts.open(this.#units.path(id), ports);
    if (held !== undefined) held.published = published;
    writeWhole(this.#units.path(id, file.ports), JSON.stringify(published.ports));
  }

  /** Ends what belongs to a run of a unit that is held; a new one ends what belonged to the one before. */
  runOf(id: string): AbortController {
    const held = this.#held.get(id);
    const run = new AbortController();
    held?.run.abort();
    if (held !== undefined) held.run = run;
    return run;
  }

  /** Descriptor by which a network is asked; undefined where this process does not hold it. */
  requestsOf(id: string): number | undefined {
    return this.#held.get(id)?.requests;
  }

  /** Reads nothing and publishes nothing any more; what lives stays alive until this process ends. */
  letGo(): void {
    for (const { pump, published, run } of this.#held.values()) {
      run.abort();
      pump.close();
      published?.close();
    }
  }

  /** Lets go of one that is gone. */
  forget(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.run.abort();
    held?.pump.close();
    held?.published?.close();
    if (held?.requests !== undefined) closeSync(held.requests);
  }
}
