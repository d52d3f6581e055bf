import { type ClientHttp2Session, connect } from 'node:http2';
import type { AgentOptions } from 'node:https';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import type { Outcome } from './once-more.ts';
import type { Answer, Outgoing } from './outgoing.ts';

/** What may be on the way of one answer, and of all of them, bytes: a long list must not wait for a round trip every 64 KiB. */
const WINDOW = { ofAnswer: 4 * 1024 * 1024, ofAll: 16 * 1024 * 1024 };

/** After so long without a sign of the server it is asked for one, and may take so long, milliseconds. */
const QUIET = { askAfterMs: 30_000, answerMs: 15_000 };

const OPEN_MS = 15_000;

/** The connection while it is there. */
interface Shared {
  readonly session: ClientHttp2Session;
  /** Requests whose answer has not ended. */
  waiting: number;
  /** Something was answered on it: what fails later says nothing about the server. */
  hasAnswered: boolean;
}

/**
 * One connection for all requests to a server that offers HTTP/2: none waits for another, nor for a connection of its own.
 * Opened when it is first needed, and again when it is gone.
 */
export class SharedConnection {
  readonly #server: URL;
  readonly #identity: AgentOptions;
  #opening: Promise<Shared | undefined> | undefined;
  #shared: Shared | undefined;

  /** `identity`: who both sides are. */
  constructor(server: URL, identity: AgentOptions) {
    this.#server = server;
    this.#identity = identity;
  }

  /** Sends a request. Undefined when the server does not offer HTTP/2. */
  async request(outgoing: Outgoing): Promise<Outcome<Answer> | undefined> {
    let shared: Shared | undefined;
    try {
      shared = await this.#opened();
      return shared && (await exchange(shared, outgoing));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return { error: failure, reused: shared?.hasAnswered ?? false };
    }
  }

  /** Nothing more is sent; what is under way goes on. */
  close(): void {
    this.#shared?.session.close();
  }

  /** Errors: those of opening it. */
  #opened(): Promise<Shared | undefined> {
    const session = this.#shared?.session;
    if (session?.closed || session?.destroyed) this.#opening = undefined;
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<Shared | undefined> {
    const socket = await secured(this.#server, this.#identity);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      return undefined;
    }
    const session = connect(this.#server.origin, {
      createConnection: () => socket,
      settings: { initialWindowSize: WINDOW.ofAnswer, enablePush: false },
    });
    session.on('error', () => {});
    session.once('connect', () => {
      if (!session.destroyed) session.setLocalWindowSize(WINDOW.ofAll);
    });
    session.setTimeout(QUIET.askAfterMs, () => askForASign(session));
    // Nobody waits for it, unless a request does.
    session.unref();
    this.#shared = { session, waiting: 0, hasAnswered: false };
    return this.#shared;
  }
}

function secured({ hostname, port }: URL, identity: AgentOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectSecurely({
      ...identity,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port === '' ? 443 : port),
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    socket.setNoDelay(true);
    socket.setTimeout(OPEN_MS, () => socket.destroy(new Error(`no connection within ${OPEN_MS / 1000} s`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** One request and the beginning of its answer. */
function exchange(
  shared: Shared,
  { method, url, headers, body, answerMs, signal }: Outgoing,
): Promise<Outcome<Answer>> {
  const { session } = shared;
  const whereto = { ':method': method, ':path': url.pathname + url.search, ':authority': url.host };
  return new Promise((resolve) => {
    const stream = session.request(
      { ...headers, ...whereto, ':scheme': 'https' },
      { endStream: body === undefined, ...(signal === undefined ? {} : { signal }) },
    );
    shared.waiting += 1;
    session.ref();
    const timer = setTimeout(() => {
      stream.destroy(new Error(`no answer within ${answerMs / 1000} s`));
      // It may be gone without a word: whoever comes next shall not wait for it as well.
      session.destroy();
    }, answerMs);
    let failure: Error | undefined;
    stream.on('error', (error) => {
      failure ??= error;
    });
    stream.once('response', (answered) => {
      clearTimeout(timer);
      shared.hasAnswered = true;
      const status = answered[':status'] ?? 0;
      resolve({ value: { status, body: stream, isWhole: () => (stream.rstCode ?? 0) === 0 } });
    });
    stream.once('close', () => {
      clearTimeout(timer);
      shared.waiting -= 1;
      if (shared.waiting === 0) session.unref();
      const error = failure ?? new Error('the connection was closed before an answer came');
      resolve({ error, reused: shared.hasAnswered });
    });
    if (body !== undefined) stream.end(body);
  });
}

function askForASign(session: ClientHttp2Session): void {
  if (session.destroyed || session.closed) return;
  const timer = setTimeout(() => session.destroy(), QUIET.answerMs).unref();
  session.ping(() => clearTimeout(timer));
}
