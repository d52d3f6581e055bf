import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type Choice,
  type Exchange,
  type ExchangeOptions,
  exchange,
  type Upstream,
} from '../../../src/exchange/index.ts';
import type { RequestHead } from '../../../src/http1/index.ts';
import { socketEndpoint } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

/** A server whose every byte the test writes and reads. */
export class TestUpstream implements Upstream {
  readonly key: string;
  readonly connections: Peer[] = [];
  /** Whether connections are accepted; `later`: when `accept` is called. */
  mode: 'at once' | 'refused' | 'later' = 'at once';
  readonly #decisions: ((isAccepted: boolean) => void)[] = [];
  readonly #waiting: ((peer: Peer) => void)[] = [];
  readonly #server: Server;
  readonly #port: number;

  private constructor(key: string, server: Server, port: number) {
    this.key = key;
    this.#server = server;
    this.#port = port;
    server.on('connection', (socket: Socket) => {
      const peer = new Peer(socket);
      this.connections.push(peer);
      this.#waiting.shift()?.(peer);
    });
  }

  static async start(key: string): Promise<TestUpstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const upstream = new TestUpstream(key, server, address.port);
    onTestFinished(() => {
      for (const { socket } of upstream.connections) socket.destroy();
      upstream.#server.close();
    });
    return upstream;
  }

  open() {
    if (this.mode === 'refused') throw new Error('refused');
    const socket = dial({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    onTestFinished(() => {
      socket.destroy();
    });
    const accepted = new Promise<void>((resolve, reject) => {
      if (this.mode === 'at once') socket.once('connect', () => resolve());
      else this.#decisions.push((isAccepted) => (isAccepted ? resolve() : reject(new Error('refused'))));
    });
    return { ...socketEndpoint(socket), accepted };
  }

  /** Accepts or refuses what is being opened. */
  decide(isAccepted: boolean): void {
    for (const decision of this.#decisions.splice(0)) decision(isAccepted);
  }

  /** The connection number `index`, once it is there. */
  async connection(index = 0): Promise<Peer> {
    while (this.connections.length <= index)
      await new Promise<Peer>((resolve) => this.#waiting.push(resolve));
    const peer = this.connections[index];
    if (peer === undefined) throw new Error('no connection');
    return peer;
  }
}

/** One end of a connection, with all that came to it. */
export class Peer {
  readonly socket: Socket;
  text = '';
  hasEnded = false;
  error: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
    });
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('error', (error) => {
      this.error = 'code' in error ? String(error.code) : error.message;
    });
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves when all that came is this. */
  async has(text: string): Promise<void> {
    await this.#until(() => this.text.length >= text.length);
    if (this.text !== text) throw new Error(`has ${JSON.stringify(this.text)}, not ${JSON.stringify(text)}`);
  }

  /** Resolves when this has come, among other things. */
  async includes(text: string): Promise<void> {
    await this.#until(() => this.text.includes(text));
  }

  async ended(): Promise<void> {
    await this.#until(() => this.hasEnded || this.socket.closed);
    if (!this.hasEnded) throw new Error(`broken: ${this.error}`);
  }

  /** Resolves when the connection has broken: the error. */
  async broken(): Promise<string> {
    await this.#until(() => this.socket.closed || this.hasEnded);
    await this.#until(() => this.socket.closed || this.error !== undefined);
    return this.error ?? 'ended regularly';
  }

  async closed(): Promise<void> {
    await this.#until(() => this.socket.closed);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.socket.closed)
        throw new Error(`closed, error ${this.error}, after ${JSON.stringify(this.text.slice(0, 2000))}`);
      await new Promise<void>((resolve) => {
        const woken = () => {
          for (const event of ['data', 'end', 'close', 'error']) this.socket.off(event, woken);
          resolve();
        };
        for (const event of ['data', 'end', 'close', 'error']) this.socket.on(event, woken);
      });
    }
  }
}

/** A caller, an exchange, and two upstreams: what has `x-mine` goes to `mine`, all else to the original. */
export interface World {
  readonly caller: Peer;
  readonly original: TestUpstream;
  readonly mine: TestUpstream;
  readonly exchange: Exchange;
  /** Reasons for which something could not be read. */
  readonly unreadable: string[];
}

/** Starts a world. `choose` may say something of its own for a request; undefined is the rule. */
export async function aWorld(
  choose: (head: RequestHead, world: Pick<World, 'mine' | 'original'>) => Choice | undefined = () =>
    undefined,
  options: Pick<ExchangeOptions, 'first'> = {},
): Promise<World> {
  const [outer, inner] = await aSocketPair();
  const [original, mine] = [await TestUpstream.start('original'), await TestUpstream.start('mine')];
  const unreadable: string[] = [];
  const started = exchange(socketEndpoint(inner), {
    ...options,
    choose: (head) =>
      choose(head, { mine, original }) ??
      (head.fields.some(({ name }) => name.toLowerCase() === 'x-mine')
        ? { to: mine, otherwise: original }
        : { to: original }),
    unreadable: (why) => {
      unreadable.push(why);
      return original;
    },
  });
  return { caller: new Peer(outer), original, mine, exchange: started, unreadable };
}

/** A request without body. */
export function get(path: string, ...fields: string[]): string {
  return `${['GET', path, 'HTTP/1.1'].join(' ')}\r\n${['Host: a', ...fields].join('\r\n')}\r\n\r\n`;
}

/** A request with a body of stated length. */
export function post(path: string, body: string, ...fields: string[]): string {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`, ...fields];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** An answer with a body of stated length. */
export function ok(body: string, ...fields: string[]): string {
  return `${['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`;
}

export const MINE = 'X-Mine: 1';
