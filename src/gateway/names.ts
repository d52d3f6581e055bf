import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket as TcpSocket } from 'node:net';
import { onAbort, withDeadline } from '../common/deadline.ts';
import { answerWithAddress } from '../common/dns-addresses.ts';
import {
  cut,
  formatError,
  hasWholeQuestion,
  isAnswerTo,
  isKnown,
  isQuery,
  queriedName,
  serverFailure,
  udpLimit,
} from '../common/dns-framing.ts';
import { answerDnsMessages } from '../common/dns-stream.ts';
import { messageOf } from '../common/errors.ts';
import type { NamedAddress, ServiceNames } from '../protocol/index.ts';
import { askOn } from './ask-on.ts';
import { ENGINE_RESOLVER, EngineNames, type ResolverAddress } from './engine-names.ts';
import { listenOnLoopback, type Outbound } from './outbound.ts';

/** Longer than the agent tries its name servers; then the asker is told that nobody knows. */
const ANSWER_DEADLINE = { name: 'the answer to a lookup', ms: 12_000 };

/** Lookups in datagrams that are being answered at once; more are dropped, and asked again by their asker. */
const MOST_DATAGRAMS = 2048;

/** A service of the file as its neighbours know it. */
interface NamedService {
  readonly container: string;
  /** Whether the workload is not asked for its name. */
  readonly shadows: boolean;
}

/**
 * Answers the service's lookups: names of the file's services from this machine, either as the session has said or as the
 * engine knows them, everything else, whatever its
 * record type, from the workload's resolver, message by message as it is. A service that takes a workload's traffic is
 * called as others call that workload, whose ports may be other ones: its name is the workload's where that knows it.
 */
export class Names {
  readonly #outbound: Outbound;
  readonly #engine: EngineNames;
  /** Names of the file's services as they are asked for, in lower case. */
  #services: ReadonlyMap<string, NamedService> = new Map();
  /** Those of them that no container has. */
  #addresses: ReadonlyMap<string, string> = new Map();
  #datagrams = 0;

  constructor(outbound: Outbound, engine: ResolverAddress = ENGINE_RESOLVER) {
    this.#outbound = outbound;
    this.#engine = new EngineNames(engine);
  }

  /** They are called NAME and NAME.(first search domain), never by longer names. */
  setOwnNames({ own, bridged }: ServiceNames, firstSearchDomain: string | undefined): void {
    const called = (container: string, shadows: boolean) =>
      (firstSearchDomain === undefined ? [container] : [container, `${container}.${firstSearchDomain}`]).map(
        (name) => [name.toLowerCase(), { container, shadows }] as const,
      );
    this.#services = new Map([
      ...bridged.flatMap((name) => called(name, false)),
      ...own.flatMap((name) => called(name, true)),
    ]);
  }

  /** Names that have an address by the session's word, and not the engine's. */
  setAddresses(addresses: readonly NamedAddress[]): void {
    this.#addresses = new Map(addresses.map(({ name, address }) => [name, address]));
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
    if (this.#engine.isOurs(query)) return this.#engine.noSuchName(query);
    try {
      const service = this.#services.get(queriedName(query) ?? '');
      const answer = await withDeadline(ANSWER_DEADLINE, undefined, (inTime) =>
        service === undefined ? this.#ask(query, inTime) : this.#askFor(service, query, inTime),
      );
      return isAnswerTo(query, answer) ? answer : serverFailure(query);
    } catch {
      return serverFailure(query);
    }
  }

  async #askFor({ container, shadows }: NamedService, query: Buffer, inTime: AbortSignal): Promise<Buffer> {
    const theirs = shadows ? undefined : await this.#ask(query, inTime).catch(() => undefined);
    if (theirs !== undefined && isAnswerTo(query, theirs) && isKnown(theirs)) return theirs;
    const address = this.#addresses.get(container);
    return address === undefined
      ? this.#engine.ask(query, container, inTime)
      : answerWithAddress(query, address);
  }

  async #ask(query: Buffer, inTime: AbortSignal): Promise<Buffer> {
    const { stream, abort } = await this.#outbound.open({ kind: 'dns' });
    onAbort(inTime, abort);
    return askOn(stream, query);
  }
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
