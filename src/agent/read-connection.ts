import type { Exchange } from '../exchange/index.ts';
import type { Claim } from './claim.ts';
import type { Drainable } from './drain.ts';
import type { Caller } from './open-connection.ts';
import { peerOf } from './peer.ts';
import { QUIET } from './timings.ts';
import { ORIGINAL } from './ways.ts';

/** A caller's connection whose requests are read: each goes where the claims on its port say. */
export class ReadConnection implements Drainable {
  readonly peer: string;
  readonly #exchange: Exchange;

  constructor(caller: Caller, exchange: Exchange) {
    this.peer = peerOf(caller);
    this.#exchange = exchange;
  }

  get closed(): boolean {
    return this.#exchange.closed;
  }

  /** A stream of the original does not count: the original knows when to end it. */
  get isStream(): boolean {
    return this.#exchange.isStream() && !this.#exchange.isStream(ORIGINAL);
  }

  /** A request is in flight at the service of a claim. */
  isBusyWith(claim: Claim): boolean {
    return this.#exchange.isBusy(claim);
  }

  /** What is in flight at the service of a claim has no end of its own. */
  isStreamWith(claim: Claim): boolean {
    return this.#exchange.isStream(claim);
  }

  /** The connection to the service of a claim ends when nothing is in flight there any more. */
  leave(claim: Claim): void {
    this.#exchange.leave(claim);
  }

  /** Breaks off what is in flight at the service of a claim. */
  cut(claim: Claim): void {
    this.#exchange.cut(claim);
  }

  announceEnd(): void {
    this.#exchange.announceEnd();
  }

  mayEnd(now: number, patient: boolean): boolean {
    const { idleSince } = this.#exchange;
    return idleSince !== undefined && now - idleSince >= (patient ? QUIET.recentMs : QUIET.longMs);
  }

  end(): void {
    this.#exchange.end();
  }

  destroy(): void {
    this.#exchange.destroy();
  }
}
