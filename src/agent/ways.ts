import type { Socket } from 'node:net';
import type { Choice, OpenedEndpoint, Upstream } from '../exchange/index.ts';
import type { RequestHead } from '../http1/index.ts';
import { enrolment, markToAdd } from '../match/index.ts';
import type { Destination } from '../netfilter/index.ts';
import { socketEndpoint } from '../tunnel/index.ts';
import type { Crowd } from './crowd.ts';
import type { PortTable, Taker } from './ports.ts';
import { ARRIVAL } from './timings.ts';

/** What an exchange calls the original among its upstreams. */
export const ORIGINAL = 'original';

/** Where the requests of one caller may go: the original, and the services that have claims on the port. */
export class Ways {
  readonly #ports: PortTable;
  readonly #crowd: Crowd;
  readonly #port: number;
  readonly #original: Upstream;
  /** A connection that was opened before anything was known. */
  #opened: { readonly key: Upstream['key']; readonly endpoint: OpenedEndpoint } | undefined;

  /** `connect` opens a connection to the original. */
  constructor(ports: PortTable, crowd: Crowd, { port }: Destination, connect: () => Socket) {
    this.#ports = ports;
    this.#crowd = crowd;
    this.#port = port;
    this.#original = this.#upstream(ORIGINAL, () => socketEndpoint(connect()));
  }

  /** Who gets what cannot be read: the claim of the whole port, else the original. */
  unread(): Upstream {
    const taker = this.#ports.whole(this.#port);
    return taker === undefined ? this.#original : this.#service(taker);
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
      return this.#openAhead(this.#original);
    }
  }

  /** The caller is gone: what was opened ahead for it ends, if nobody has it. */
  close(): void {
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
    const answer = enrolment(head, (name) => this.#ports.isMarkTaken(this.#port, name));
    if (answer !== undefined) return { answer: Buffer.from(answer) };
    const taker = this.#ports.takerOf(this.#port, head);
    if (taker === undefined) return { to: this.#original };
    this.used(taker.claim);
    const { filter, passOn = [], keepsCache = false } = taker.claim.terms;
    const isFiltered = filter?.match !== undefined;
    const mark = taker.isByMark ? markToAdd(head) : undefined;
    return {
      to: this.#service(taker),
      otherwise: this.#original,
      passOn,
      add: mark === undefined ? [] : [mark],
      noStore: isFiltered && !keepsCache,
    };
  }

  #service({ claim, tunnel }: Taker): Upstream {
    return this.#upstream(claim, () => {
      if (!this.#crowd.hasRoomFor(claim)) throw new Error('this agent carries as many connections as it may');
      this.used(claim);
      const { stream, accepted, abort } = tunnel.open({
        kind: 'tcp',
        host: '127.0.0.1',
        port: claim.terms.to,
      });
      return { stream, abort, accepted: inTime(accepted) };
    });
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
