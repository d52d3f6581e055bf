import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Choice, OpenedEndpoint, Route, Upstream } from '../exchange/index.ts';
import type { RequestHead } from '../http1/index.ts';
import { enrolment, markToAdd } from '../match/index.ts';
import type { Destination } from '../netfilter/index.ts';
import { socketEndpoint, type Tunnel } from '../tunnel/index.ts';
import type { Claim } from './claim.ts';
import type { Crowd } from './crowd.ts';
import type { PortTable } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { ARRIVAL } from './timings.ts';
import type { Wait, Waiting } from './waiting.ts';

/** Who says that there is no room, and where requests wait. */
export interface Limits {
  readonly crowd: Crowd;
  readonly waiting: Waiting;
}

/** What an exchange calls the original among its upstreams. */
export const ORIGINAL = 'original';

/** Where the requests of one caller may go: the original, and the services that have claims on the port. */
export class Ways {
  readonly #ports: PortTable;
  readonly #crowd: Crowd;
  readonly #port: number;
  readonly #original: Upstream;
  readonly #waiting: Waiting;
  /** The request that waits. */
  #wait: Wait | undefined;
  /** A connection that was opened before anything was known. */
  #opened: { readonly key: Upstream['key']; readonly endpoint: OpenedEndpoint } | undefined;

  /** `connect` opens a connection to the original. */
  constructor(ports: PortTable, { crowd, waiting }: Limits, { port }: Destination, connect: () => Socket) {
    this.#ports = ports;
    this.#crowd = crowd;
    this.#waiting = waiting;
    this.#port = port;
    this.#original = this.#upstream(ORIGINAL, () => socketEndpoint(connect()));
  }

  /** Who gets what cannot be read: the claim of the whole port, else the original. */
  unread(): Upstream {
    const taker = this.#ports.whole(this.#port);
    if (taker === undefined) return this.#original;
    const { claim, tunnel } = taker;
    return tunnel === undefined ? this.#upstream(claim, nobody) : this.#service(claim, tunnel);
  }

  /**
   * Opens a connection to whoever gets what cannot be read, for a caller who has said nothing yet. If what the caller says
   * first goes there, it goes on it; otherwise nobody needs it.
   */
  openUnread(): OpenedEndpoint {
    const upstream = this.unread();
    try {
      return this.#openAhead(upstream);
    } catch {
      const isAwaited = this.#ports.whole(this.#port)?.claim.terms.fallback !== undefined;
      return isAwaited ? nobody() : this.#openAhead(this.#original);
    }
  }

  /** The caller is gone: what was opened ahead for it ends, if nobody has it. */
  close(): void {
    this.#wait?.cancel();
    this.#takeOpened()?.endpoint.abort();
  }

  /** Where the connection leads that was opened so. */
  get openedTo(): 'original' | 'service' {
    return this.#opened === undefined || this.#opened.key === this.#original.key ? 'original' : 'service';
  }

  /** Something was said just now on the way to an upstream, or ended there. */
  used(key: Upstream['key']): void {
    for (const claim of this.#ports.of(this.#port)) if (claim === key) claim.usedAt = performance.now();
  }

  /** Where a request goes. */
  choose(head: RequestHead): Choice {
    return this.#choose(head, performance.now());
  }

  /** `since`: when it was asked for first, on the clock of `performance`. */
  #choose(head: RequestHead, since: number): Choice {
    const answer = enrolment(head, (name) => this.#ports.isMarkTaken(this.#port, name));
    if (answer !== undefined) return { answer: Buffer.from(answer) };
    const taker = this.#ports.takerOf(this.#port, head);
    if (taker === undefined) return { to: this.#original };
    const { claim, tunnel, isByMark } = taker;
    this.used(claim);
    if (tunnel === undefined) return this.#away(claim, head, since);
    const { filter, passOn = [], keepsCache = false, fallback } = claim.terms;
    const isFiltered = filter?.match !== undefined;
    const mark = isByMark ? markToAdd(head) : undefined;
    let isCrowded = false;
    const route: Route = {
      to: this.#service(claim, tunnel, () => {
        isCrowded = true;
      }),
      otherwise: this.#original,
      passOn,
      add: mark === undefined ? [] : [mark],
      noStore: isFiltered && !keepsCache,
    };
    if (fallback === undefined) return route;
    const { calls } = claim;
    // Where it was asked for again since, this was an answer of before.
    const refused = () => {
      if (isCrowded && fallback.kind === 'wait') return { to: this.#original };
      return claim.calls === calls ? this.#away(claim, head, since) : this.#choose(head, since);
    };
    return { ...route, refused };
  }

  /** What becomes of a request of a claim whose service is away. */
  #away(claim: Claim, head: RequestHead, since: number): Choice {
    const { fallback } = claim.terms;
    if (fallback?.kind !== 'wait') return { answer: refusalOf(claim) };
    const later = new Promise<Choice>((resolve) => {
      this.#wait = this.#waiting.wait(claim, since + fallback.ms, (how) => {
        this.#wait = undefined;
        resolve(how === 'again' ? this.#choose(head, since) : { to: this.#original });
      });
    });
    return { later };
  }

  #service(claim: Claim, tunnel: Tunnel, crowded = () => {}): Upstream {
    const upstream = this.#upstream(claim, () => {
      if (!this.#crowd.hasRoomFor(claim)) {
        crowded();
        throw new Error('this agent carries as many connections as it may');
      }
      this.used(claim);
      const { stream, accepted, abort } = tunnel.open({
        kind: 'tcp',
        host: '127.0.0.1',
        port: claim.terms.to,
      });
      return { stream, abort, accepted: inTime(accepted) };
    });
    // Its successor is waited for: nobody need hear of its end.
    return claim.terms.fallback === undefined ? upstream : { ...upstream, isReplaced: true };
  }

  #upstream(key: Upstream['key'], open: () => OpenedEndpoint): Upstream {
    return {
      key,
      open: () => {
        const ahead = this.#takeOpened();
        if (ahead?.key === key) return ahead.endpoint;
        ahead?.endpoint.abort();
        return open();
      },
    };
  }

  #openAhead({ key, open }: Upstream): OpenedEndpoint {
    const endpoint = open();
    this.#opened = { key, endpoint };
    return endpoint;
  }

  #takeOpened() {
    const opened = this.#opened;
    this.#opened = undefined;
    return opened;
  }
}

/** A gateway that has not connected to the service for so long will not. */
function inTime(accepted: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not accepted in time')), ARRIVAL.acceptedMs);
    timer.unref();
    void accepted.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** A connection to nobody: it is refused. */
function nobody(): OpenedEndpoint {
  const stream = new PassThrough();
  return {
    stream,
    abort: () => stream.destroy(),
    accepted: Promise.reject(new Error('the service is away')),
  };
}
