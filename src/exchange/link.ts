import { Duplex } from 'node:stream';
import { type MessageReader, type ResponseHead, responseReader } from '../http1/index.ts';
import { isReset } from '../tunnel/index.ts';
import { Outbox } from './outbox.ts';
import type { OpenedEndpoint, Upstream } from './route.ts';

/** How long an upstream may take to end a connection that is not needed any more, milliseconds; then it is broken. */
const RETIRED_MS = 5000;

/** Who hears what becomes of a connection to an upstream. */
export interface LinkListener {
  onAccepted(link: Link): void;
  /** The other end is not there. The link is of no use any more. */
  onRefused(link: Link): void;
  onAnswer(link: Link, chunk: Buffer): void;
  /** More can be sent. */
  onDrain(link: Link): void;
  /** Nothing more comes; `clean`: by a regular end. The link is of no use any more. */
  onEnd(link: Link, clean: boolean): void;
  /** Of the request whose answer begins. */
  methodAt(link: Link): string;
}

/** One connection to an upstream, for one caller. */
export class Link {
  readonly upstream: Upstream;
  readonly endpoint: OpenedEndpoint;
  /** Splits what comes from it. */
  readonly reader: MessageReader<ResponseHead>;
  /** It has given an answer, and was kept. */
  wasKept = false;
  /** Its answers cannot be read any more: what comes goes to the caller as it is. */
  isUnread = false;
  /** An answer comes that nobody wants; until it is over, or for good, nothing can be asked. */
  isSkipping = false;
  #endsAfterSkipped = false;
  readonly #listener: LinkListener;
  readonly #outbox: Outbox;
  #isAccepted: boolean;
  #isOver = false;

  constructor(upstream: Upstream, listener: LinkListener) {
    this.upstream = upstream;
    this.#listener = listener;
    this.endpoint = opened(upstream);
    this.reader = responseReader(() => listener.methodAt(this));
    const { stream, accepted } = this.endpoint;
    this.#outbox = new Outbox(stream);
    this.#isAccepted = accepted === undefined;
    accepted?.then(this.#accepted, this.#refused);
    stream.on('error', ignore);
    stream.on('drain', this.#onDrain);
    stream.on('close', this.#onClose);
    if (this.#isAccepted) this.#read();
  }

  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Nothing more should be sent now. */
  get isFull(): boolean {
    return this.#outbox.isFull;
  }

  send(bytes: Buffer): void {
    this.#outbox.add(bytes);
  }

  flush(): void {
    this.#outbox.flush();
  }

  /** Says that nothing more will be asked; answers may still come. */
  endAsking(): void {
    this.flush();
    if (!this.endpoint.stream.writableEnded) this.endpoint.stream.end();
  }

  /** Drops the answer whose head has come; `isLast`: none follows it. */
  skip(isLast: boolean): void {
    this.isSkipping = true;
    this.#endsAfterSkipped = isLast;
  }

  /** The answer that nobody wants is over. */
  skipped(): void {
    this.isSkipping = this.#endsAfterSkipped;
    this.wasKept = true;
  }

  hold(): void {
    this.endpoint.stream.pause();
  }

  goOn(): void {
    this.endpoint.stream.resume();
  }

  /** Ends it regularly, whatever still comes; nobody hears of it any more. */
  retire(): void {
    const { stream } = this.endpoint;
    this.leave();
    stream.resume();
    stream.end();
    if (stream.closed) return;
    const timer = setTimeout(() => this.endpoint.abort(), RETIRED_MS);
    timer.unref();
    stream.once('close', () => clearTimeout(timer));
  }

  /** Breaks it; nobody hears of it any more. */
  abort(): void {
    this.leave();
    this.endpoint.stream.resume();
    this.endpoint.abort();
  }

  /** Leaves the connection to somebody else: nobody hears of it here any more. */
  leave(): void {
    this.#isOver = true;
    const { stream } = this.endpoint;
    stream.off('data', this.#onData);
    stream.off('drain', this.#onDrain);
    stream.off('end', this.#onEnd);
    stream.off('close', this.#onClose);
  }

  readonly #accepted = (): void => {
    if (this.#isAccepted || this.#isOver) return;
    this.#isAccepted = true;
    this.#read();
    this.#listener.onAccepted(this);
  };

  readonly #refused = (): void => {
    if (this.#isAccepted || this.#isOver) return;
    this.abort();
    this.#listener.onRefused(this);
  };

  readonly #onData = (chunk: Buffer): void => this.#listener.onAnswer(this, chunk);

  readonly #onDrain = (): void => this.#listener.onDrain(this);

  readonly #onEnd = (): void => this.#over(!isReset(this.endpoint.stream));

  readonly #onClose = (): void => {
    if (this.#isAccepted) this.#over(false);
    else this.#refused();
  };

  #read(): void {
    const { stream } = this.endpoint;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    // Whoever opened it before it was needed may have paused it.
    stream.resume();
  }

  #over(clean: boolean): void {
    if (this.#isOver) return;
    this.leave();
    this.#listener.onEnd(this, clean);
  }
}

function opened(upstream: Upstream): OpenedEndpoint {
  try {
    return upstream.open();
  } catch (error) {
    return { stream: nothing(), abort: ignore, accepted: Promise.reject(error) };
  }
}

/** Takes all and gives nothing. */
export function nothing(): Duplex {
  return new Duplex({ read: ignore, write: (_chunk, _encoding, done) => done() });
}

function ignore(): void {
  // Its end follows, and says enough.
}
