import { once } from 'node:events';
import {
  Agent,
  createServer as createHttpServer,
  get,
  type Server as HttpServer,
  type IncomingMessage,
} from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Claimant, ClaimTerms } from '../../../src/agent/claim.ts';
import { Claims } from '../../../src/agent/claims.ts';
import { serveInbound } from '../../../src/gateway/inbound.ts';
import type { Filter } from '../../../src/match/index.ts';
import type { AgentEvent, AnswerRequest, AskedEvent } from '../../../src/protocol/index.ts';
import { openTunnel, serveTunnel, type Tunnel } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

/** A port of a workload, of which sessions claim what they want; callers always pass the agent. */
export class SharedPort {
  readonly claims = new Claims(
    {
      start: async () => {},
      stop: async () => {},
      drainOriginal: async () => {},
      isListenedOn: async () => true,
    },
    () => this.isFull,
  );
  /** The agent carries as many connections as it may. */
  isFull = false;
  /** What each server was asked, by its name. */
  readonly asked: Map<string, number>;
  /** Port of the original. */
  readonly port: number;
  /** Where callers find the agent in its place. */
  readonly agentPort: number;

  readonly #original: Server;

  private constructor(
    original: Server,
    port: number,
    agentPort: number,
    listener: Server,
    asked: Map<string, number>,
  ) {
    this.asked = asked;
    this.#original = original;
    this.port = port;
    this.agentPort = agentPort;
    listener.on('connection', (socket) => {
      socket.on('error', () => {});
      this.claims.connection(socket, { host: '127.0.0.1', port });
    });
  }

  static async open(): Promise<SharedPort> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true });
    const asked = new Map<string, number>();
    const original = answeringServer('original', asked);
    return new SharedPort(original, await portOf(original), await portOf(listener), listener, asked);
  }

  /** How many connections the original has. */
  originalConnections(): Promise<number> {
    return new Promise((resolve) => this.#original.getConnections((_, count) => resolve(count)));
  }

  /** The original is gone: nobody listens any more. */
  async closeOriginal(): Promise<void> {
    this.#original.close();
    await once(this.#original, 'close');
  }

  /** A session of a user whose service answers with the user's name. */
  async session(user: string, filter?: Filter, probes: readonly string[] = []): Promise<TestSession> {
    const service = answeringServer(user, this.asked);
    const to = await portOf(service);
    return new TestSession(this, user, { port: this.port, tunnel: 'app', to, probes, filter }, service);
  }
}

/** A session with one claim on a shared port. */
export class TestSession {
  readonly told: AgentEvent[] = [];
  readonly terms: ClaimTerms;
  /** What it answers to whoever asks for its claim; undefined = nothing. */
  answer: Pick<AnswerRequest, 'yields' | 'reason' | 'waits'> | undefined;
  readonly #port: SharedPort;
  readonly #user: string;
  #claimant: Claimant | undefined;
  #tunnel: Tunnel | undefined;
  #service: HttpServer;

  constructor(port: SharedPort, user: string, terms: ClaimTerms, service: HttpServer) {
    this.#service = service;
    this.#port = port;
    this.#user = user;
    this.terms = terms;
  }

  /** Whether its service gets what its filter takes, for sure. */
  get isLive(): boolean {
    return this.told.findLast((event) => event.type === 'intercept')?.live === true;
  }

  /** Comes: a connection with a tunnel, which claims the port and wants its traffic. */
  async come(): Promise<void> {
    const [left, right] = await aSocketPair();
    serveTunnel(right, (incoming) =>
      serveInbound(incoming, { isBridged: () => true, refused: () => {}, listens: async () => true }),
    );
    const tunnel = openTunnel(left);
    onTestFinished(() => tunnel.destroy());
    this.#tunnel = tunnel;
    const claimant: Claimant = {
      id: this.#user,
      owner: { user: this.#user, project: 'shop', since: 17 },
      liveTunnel: () => tunnel,
      isSilent: () => false,
      send: (event) => {
        this.told.push(event);
        if (event.type === 'asked') this.#asked(event, claimant);
      },
    };
    this.#claimant = claimant;
    const obstacle = this.#port.claims.claim(claimant, this.terms);
    if (obstacle !== undefined) throw new Error(`held by ${obstacle.holder.session}`);
    await this.#port.claims.resume(claimant, this.terms);
  }

  /** Its service is started anew: requests go to the original meanwhile. */
  async reload(): Promise<void> {
    const claimant = this.#present();
    await this.#port.claims.restForAWhile(claimant, this.terms, 5000);
    await this.#port.claims.resume(claimant, this.terms);
  }

  /** Its service ends, with all of its connections. */
  async stopService(): Promise<void> {
    const closed = once(this.#service, 'close');
    this.#service.close();
    this.#service.closeAllConnections();
    await closed;
  }

  /** Its service is there again. */
  async startService(): Promise<void> {
    this.#service = answeringServer(this.#user, this.#port.asked);
    this.#service.listen(this.terms.to, '127.0.0.1');
    onTestFinished(() => void this.#service.close());
    await once(this.#service, 'listening');
  }

  /** It knows that its service is away for a while; with `drainMs` it waits for what is in flight. */
  async away(drainMs?: number): Promise<readonly string[]> {
    const key = { ...this.terms, away: true };
    if (drainMs !== undefined) return this.#port.claims.restForAWhile(this.#present(), key, drainMs);
    await this.#port.claims.rest(this.#present(), key);
    return [];
  }

  /** It knows that its service is there again. */
  back(): Promise<void> {
    return this.#port.claims.resume(this.#present(), this.terms);
  }

  /** Gives the port back. Returns whose requests were cut off. */
  async go(): Promise<readonly string[]> {
    const claimant = this.#present();
    this.#claimant = undefined;
    const cut = await this.#port.claims.release(claimant, this.terms, 5000);
    this.#tunnel?.destroy();
    return cut;
  }

  /** Ends as if killed: its connection and its tunnel break. */
  async vanish(): Promise<void> {
    const claimant = this.#present();
    this.#claimant = undefined;
    this.#tunnel?.destroy();
    await this.#port.claims.dropAll(claimant);
  }

  /** Asks for what it wants to claim, as itself. */
  ask(now: boolean) {
    const { port, filter } = this.terms;
    const owner = { user: this.#user, project: 'shop', since: 17 };
    return this.#port.claims.questions.ask({ id: this.#user, owner }, { port, filter, now });
  }

  #asked({ question, now }: AskedEvent, claimant: Claimant): void {
    if (this.answer === undefined) return;
    if (this.answer.yields && now) void this.go();
    this.#port.claims.questions.answered(claimant, { question, ...this.answer });
  }

  #present(): Claimant {
    if (this.#claimant === undefined) throw new Error('this session is not there');
    return this.#claimant;
  }
}

/** Listens on a free port of loopback until the test ends. */
export async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that answers with a word, after as many milliseconds as the query says. */
function answeringServer(word: string, asked: Map<string, number>): HttpServer {
  const server = createHttpServer((request, response) => {
    asked.set(word, (asked.get(word) ?? 0) + 1);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/missing') response.statusCode = 404;
    if (pathname === '/echo') {
      let bytes = 0;
      request.on('data', (chunk) => (bytes += chunk.length));
      request.on('end', () => response.end(`${word} ${bytes}`));
      return;
    }
    setTimeout(() => response.end(word), Number(searchParams.get('ms') ?? 0));
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => socket.on('error', () => {}));
  return server;
}

/** Callers' pools of kept connections, closed when the test ends. */
export function aPool(maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** What a request is answered with; an error's text where it fails. */
export async function ask(
  port: number,
  headers: Readonly<Record<string, string>>,
  { agent = false as Agent | false, path = '/' } = {},
): Promise<string> {
  try {
    const answer = await answerTo(port, headers, path, agent);
    let body = '';
    for await (const chunk of answer) body += chunk;
    return body;
  } catch (error) {
    return String(error);
  }
}

/** The answer to a request. Errors: the connection's. */
export function answerTo(
  port: number,
  headers: Readonly<Record<string, string>>,
  path = '/',
  agent: Agent | false = false,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent, path, headers }, resolve).on('error', reject);
  });
}

/** A filter that takes requests with `x-user: NAME`. */
export function ofUser(name: string): Filter {
  return {
    match: [[{ of: 'header', name: 'x-user', test: { kind: 'exact', text: name } }]],
    except: [],
  };
}
