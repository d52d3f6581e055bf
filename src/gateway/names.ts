import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onAbort, withDeadline } from '../common/deadline.ts';
import {
  cut,
  formatError,
  hasWholeQuestion,
  isAnswerTo,
  isQuery,
  queriedName,
  readDnsMessages,
  serverFailure,
  udpLimit,
  withLength,
} from '../common/dns-framing.ts';
import { answerDnsMessages } from '../common/dns-stream.ts';
import { messageOf } from '../common/errors.ts';
import { listenOnLoopback, type Outbound } from './outbound.ts';

/** The engine's resolver for names of its own networks; this program's group reaches it, the service does not. */
const ENGINE_RESOLVER = { host: '127.0.0.11', port: 53 };

/** Longer than the agent tries its name servers; then the asker is told that nobody knows. */
const ANSWER_DEADLINE = { name: 'the answer to a lookup', ms: 12_000 };

/** Lookups in datagrams that are being answered at once; more are dropped, and asked again by their asker. */
const MOST_DATAGRAMS = 2048;

/**
 * Answers the service's lookups: names of the file's services from this machine, everything else, whatever its
 * record type, from the workload's resolver, message by message as it is.
 */
export class Names {
  readonly #outbound: Outbound;
  #ownNames: ReadonlySet<string> = new Set();
  #datagrams = 0;

  constructor(outbound: Outbound) {
    this.#outbound = outbound;
  }

  /** The file's services shadow NAME and NAME.(first search domain), never longer names. */
  setOwnNames(names: readonly string[], firstSearchDomain: string | undefined): void {
    const long = firstSearchDomain === undefined ? [] : names.map((name) => `${name}.${firstSearchDomain}`);
    this.#ownNames = new Set([...names, ...long].map((name) => name.toLowerCase()));
  }

  /** Listens for the lookups that the packet rules send here. */
  async listen(port: number): Promise<void> {
    await Promise.all([
      listenOnLoopback(port, (socket) => void this.#serveTcp(socket)),
      // Not on all addresses: an answer must come from the address the lookup was redirected to.
      listenUdp('udp4', '127.0.0.1', port, (...args) => this.#serveUdp(...args)),
      listenUdp('udp6', '::1', port, (...args) => this.#serveUdp(...args)).catch(() => {
        // A namespace without IPv6 has no IPv6 askers either.
      }),
    ]);
  }

  async #serveUdp(socket: Socket, query: Buffer, from: RemoteInfo): Promise<void> {
    if (this.#datagrams >= MOST_DATAGRAMS) return;
    this.#datagrams += 1;
    const answer = await this.#answer(query);
    this.#datagrams -= 1;
    if (answer === undefined) return;
    const fits = answer.length <= udpLimit(query);
    socket.send(fits ? answer : cut(answer), from.port, from.address);
  }

  async #serveTcp(socket: TcpSocket): Promise<void> {
    socket.on('error', () => {});
    try {
      await answerDnsMessages(socket, (query) => this.#answer(query));
    } catch {
      // An asker that breaks off wants no answer.
    }
    socket.end();
  }

  /** Undefined for what is no query: such is dropped. Never rejects. */
  async #answer(query: Buffer): Promise<Buffer | undefined> {
    if (!isQuery(query)) return undefined;
    if (!hasWholeQuestion(query)) return formatError(query);
    try {
      const name = queriedName(query);
      const own = name !== undefined && this.#ownNames.has(name);
      const answer = await withDeadline(ANSWER_DEADLINE, undefined, (inTime) =>
        own ? askEngine(query, inTime) : this.#ask(query, inTime),
      );
      return isAnswerTo(query, answer) ? answer : serverFailure(query);
    } catch {
      return serverFailure(query);
    }
  }

  async #ask(query: Buffer, inTime: AbortSignal): Promise<Buffer> {
    const { stream, abort } = await this.#outbound.open({ kind: 'dns' });
    onAbort(inTime, abort);
    return askOn(stream, query);
  }
}

/** The engine knows a service by its bare name only. */
async function askEngine(query: Buffer, inTime: AbortSignal): Promise<Buffer> {
  const socket = connect(ENGINE_RESOLVER);
  onAbort(inTime, () => socket.destroy());
  socket.on('error', () => {});
  try {
    return await askOn(socket, query);
  } finally {
    socket.destroy();
  }
}

async function askOn(stream: Duplex, query: Buffer): Promise<Buffer> {
  stream.end(withLength(query));
  for await (const answer of readDnsMessages(stream)) {
    stream.resume();
    return answer;
  }
  throw new Error('no answer');
}

async function listenUdp(
  type: 'udp4' | 'udp6',
  address: string,
  port: number,
  serve: (socket: Socket, query: Buffer, from: RemoteInfo) => Promise<void>,
): Promise<void> {
  const socket = createSocket(type);
  socket.on('message', (query, from) => {
    serve(socket, query, from).catch((error) => console.error(`a lookup has no answer: ${messageOf(error)}`));
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.on('error', () => {});
}
