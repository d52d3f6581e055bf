import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Destination } from '../netfilter/index.ts';
import { pump, socketEndpoint } from '../tunnel/index.ts';
import { bridge } from './bridged-connection.ts';
import type { Claim } from './claim.ts';
import type { Crowd } from './crowd.ts';
import { drainConnections, OpenConnections } from './drain.ts';
import type { DrainOptions } from './drain-original.ts';
import type { Caller } from './open-connection.ts';
import { Originals } from './originals.ts';
import { passThrough } from './passed-connection.ts';
import type { PortTable } from './ports.ts';
import { ReadConnections } from './read-connections.ts';
import { DRAIN } from './timings.ts';
import { Waiting } from './waiting.ts';

/** Whoever has no end of its own stays. */
const PATIENT = { deadlineMs: Number.POSITIVE_INFINITY, streamsEnd: 'last' } as const;

/**
 * The connections that were redirected to this agent. On a port where it matters which requests they are, each request goes
 * its own way; elsewhere each connection goes, unread, to the service that has its port, else to the original.
 */
export class Arrivals {
  /** Those that go to a service, unread. */
  readonly #bridged = new OpenConnections();
  /** Those that go to the original, unread. */
  readonly #passed = new OpenConnections();
  readonly #originals = new Originals();
  readonly #read: ReadConnections;
  readonly #ports: PortTable;
  readonly #crowd: Crowd;
  readonly #waiting = new Waiting();

  /** The table is asked for each connection anew, and for each request where they are read. */
  constructor(ports: PortTable, crowd: Crowd) {
    this.#ports = ports;
    this.#crowd = crowd;
    this.#read = new ReadConnections(
      ports,
      this.#originals,
      { crowd, waiting: this.#waiting },
      {
        carry: (socket, destination) => this.#carry(socket, destination),
        carryOn: (socket, port, opened, to) => {
          const connections = to === 'original' ? this.#passed : this.#bridged;
          const pumped = pump(socketEndpoint(socket), opened);
          const open = connections.track(port, socket, pumped);
          const claim = to === 'original' ? undefined : this.#ports.whole(port)?.claim;
          pumped.whenDone(() => claim !== undefined && used(claim, open.lastUse));
        },
      },
    );
  }

  /** A connection has arrived that was made to `destination`. */
  take(socket: Socket, destination: Destination): void {
    if (this.#ports.isRead(destination.port)) this.#read.take(socket, destination);
    else this.#carry(socket, destination);
  }

  /** The service of a claim may be there again, or is not waited for any more: whoever waits for it is led anew. */
  wake(claim: Claim): void {
    this.#waiting.wake(claim);
  }

  /**
   * Kept connections do not pass the packet rules again: they are closed when they have been answered, at a quiet moment, so
   * that their owners open new ones. Resolves when all have moved, or after a while: new ones come here already, and whoever
   * is busier than that follows when it can. `original` moves those that the original container has itself. Ends when
   * nobody wants it any more: then callers connect to the original again, and rightly so.
   */
  async moveToService(
    port: number,
    isWanted: () => boolean,
    original: (isOurs: DrainOptions['isOurs']) => Promise<void>,
  ): Promise<void> {
    const moved = original((peerPort) => this.#originals.isOurs(peerPort)).catch((error) => {
      console.error(`keep-alive connections of port ${port} stay with the original: ${messageOf(error)}`);
    });
    // Where requests are read from now on, those that come on connections of before would not be.
    const unread = [...this.#passed.of(port), ...(this.#ports.isRead(port) ? this.#bridged.of(port) : [])];
    const drained = drainConnections(unread, { ...PATIENT, isWanted });
    await Promise.race([Promise.all([drained, moved]), pause(DRAIN.callLiveMs)]);
  }

  /** Kept connections to a service end when they have been answered: their owners' next ones go to the original. */
  leaveToOriginal(claim: Claim, isWanted: () => boolean): void {
    this.#read.leave(claim);
    if (takesUnread(claim)) void drainConnections(this.#bridged.of(claim.port), { ...PATIENT, isWanted });
  }

  /**
   * All that goes to the service of a claim ends, requests in flight within so many milliseconds. Resolves to the callers
   * that were cut off after that; early, to none, when nobody wants it any more.
   */
  async endBridged(
    claim: Claim,
    drainMs: number,
    isWanted: () => boolean = () => true,
  ): Promise<readonly string[]> {
    const terms = { deadlineMs: drainMs, streamsEnd: 'soon', isWanted } as const;
    const unread = takesUnread(claim) ? this.#bridged.of(claim.port) : [];
    const [cut, cutRead] = await Promise.all([
      drainConnections(unread, terms),
      this.#read.end(claim, drainMs, isWanted),
    ]);
    return [...cut.map(({ peer }) => peer), ...cutRead];
  }

  /** See `ClaimSummary.quietMs`. */
  quietMs(claim: Claim): number | undefined {
    const unread = takesUnread(claim) ? this.#bridged.of(claim.port) : [];
    if (this.#read.isBusyWith(claim) || unread.some(({ isBusy }) => isBusy)) return 0;
    const times = [
      ...unread.map(({ lastUse }) => lastUse),
      ...(claim.usedAt === undefined ? [] : [claim.usedAt]),
    ];
    return times.length === 0 ? undefined : Math.round(performance.now() - Math.max(...times));
  }

  /**
   * All connections end, wherever they go, those in flight within so many milliseconds, streams soon. `withOriginal`: because
   * the originals end as well. Then streams of services end at once, for their callers may go elsewhere now, those of
   * originals when these end them, and whoever was on the way here when the ports were left is waited for.
   */
  async endAll(deadlineMs: number, withOriginal: boolean): Promise<void> {
    const until = performance.now() + deadlineMs;
    const quietly = pause(withOriginal ? Math.min(DRAIN.onTheWayMs, deadlineMs) : 0);
    for (;;) {
      const left = until - performance.now();
      const services = [...this.#bridged.all(), ...this.#read.all()];
      await Promise.all([
        drainConnections(services, { deadlineMs: left, streamsEnd: withOriginal ? 'at once' : 'soon' }),
        drainConnections(this.#passed.all(), {
          deadlineMs: left,
          streamsEnd: withOriginal ? 'last' : 'soon',
        }),
      ]);
      await quietly;
      // Whoever waits at the listener is taken in this turn, and what they said is read in the next one.
      await setImmediate();
      await setImmediate();
      if (left <= 0 || this.#isEmpty) return;
    }
  }

  get #isEmpty(): boolean {
    return this.#bridged.all().length + this.#passed.all().length + this.#read.all().length === 0;
  }

  /** `early`: what was read of it; `since`: when it came, on the clock of `performance`. */
  #carry(
    caller: Caller,
    destination: Destination,
    early: readonly Buffer[] = [],
    since = performance.now(),
  ): void {
    const { port } = destination;
    const taker = this.#ports.whole(port);
    if (taker === undefined) {
      this.#pass(caller, destination, early);
      return;
    }
    const { claim, tunnel } = taker;
    if (!this.#crowd.hasRoomFor(claim)) {
      if (claim.terms.fallback?.kind === 'fail') socketEndpoint(caller).abort();
      else this.#passOnce(caller, destination, early);
      return;
    }
    const { calls } = claim;
    used(claim, performance.now());
    if (tunnel === undefined) {
      this.#await(claim, caller, destination, early, since);
      return;
    }
    const way = { tunnel, to: claim.terms.to, over: (at: number) => used(claim, at) };
    bridge(caller, way, { port, early }, this.#bridged, (early) => {
      if (claim.terms.fallback === undefined) this.#passOnce(caller, destination, early);
      // It was asked for again since: this was an answer of before.
      else if (claim.calls !== calls) this.#carry(caller, destination, early, since);
      else this.#await(claim, caller, destination, early, since);
    });
  }

  /** The service of a claim is away that a connection belongs to. */
  #await(
    claim: Claim,
    caller: Caller,
    destination: Destination,
    early: readonly Buffer[],
    since: number,
  ): void {
    const { fallback } = claim.terms;
    if (fallback?.kind !== 'wait') {
      socketEndpoint(caller).abort();
      return;
    }
    const wait = this.#waiting.wait(claim, since + fallback.ms, (how) => {
      caller.off('close', wait.cancel);
      if (how === 'again') this.#carry(caller, destination, early, since);
      else this.#passOnce(caller, destination, early);
    });
    caller.once('close', wait.cancel);
  }

  /** A pool must not send the requests to come on this connection either: the service may be back by then. */
  #passOnce(caller: Caller, destination: Destination, early: readonly Buffer[]): void {
    this.#pass(caller, destination, early).announceEnd();
  }

  #pass(caller: Caller, destination: Destination, early: readonly Buffer[]) {
    return passThrough(caller, this.#originals.connect(destination), early, destination.port, this.#passed);
  }
}

/** A claim was used at a time, on the clock of `performance`. */
function used(claim: Claim, at: number): void {
  claim.usedAt = Math.max(claim.usedAt ?? at, at);
}

/** Whether connections go to its service unread: it has the whole port, or had it. */
function takesUnread({ terms }: Claim): boolean {
  return terms.filter?.match === undefined;
}
