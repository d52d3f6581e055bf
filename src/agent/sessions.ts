import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../common/errors.ts';
import { listen, listenOnPath } from '../common/listen.ts';
import { Newcomers } from '../common/newcomers.ts';
import {
  type AgentEvent,
  type AgentRequest,
  decodeAgentRequest,
  type Hello,
  type ResolverSettings,
} from '../protocol/index.ts';
import { openTunnel, type StreamBudget, serveTunnel, type Tunnel } from '../tunnel/index.ts';
import { acceptHello, ControlServer } from '../wire/index.ts';
import type { Claimant, Refused } from './claim.ts';
import type { Claims } from './claims.ts';
import { serveOutbound } from './outbound.ts';
import { DRAIN } from './timings.ts';

/** What a caller on a port of 127.0.0.1 gets before anything else. */
const GREETING = '\n';

/** What the agent serves sessions with. */
export interface SessionsOptions {
  readonly secret: string;
  /** TCP port that it listens on; undefined = a socket. */
  readonly port: number | undefined;
  readonly resolver: ResolverSettings;
  readonly claims: Claims;
  /** What the streams of all tunnels share. */
  readonly budget: StreamBudget;
  /** How long to stay without a session, milliseconds. */
  readonly lingerMs: number;
  /** Ends the program. */
  readonly end: (reason: string) => void;
}

/** The sessions of an agent. Each duplex says what it is for; a session is there as long as its control duplex is. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #newcomers = new Newcomers();
  #linger: NodeJS.Timeout | undefined;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#startLinger();
  }

  /** Serves a fresh duplex until it ends, if its caller may be served. */
  async accept(duplex: Duplex): Promise<void> {
    const hello = await this.#newcomers.admit(duplex, () => acceptHello(duplex, this.#options));
    switch (hello?.role) {
      case undefined:
        return;
      case 'control':
        return this.#serveControl(duplex, hello);
      case 'look':
        return serveLook(duplex, hello, this.#options.claims);
      case 'inbound': {
        const session = this.#sessions.get(hello.session);
        if (session === undefined) duplex.destroy();
        else session.addInbound(hello.tunnel, duplex, this.#options.budget);
        return;
      }
      case 'outbound':
        serveTunnel(duplex, serveOutbound, { budget: this.#options.budget });
        return;
      case 'to-neighbours':
      case 'from-neighbours':
        // A gateway's business.
        duplex.destroy();
    }
  }

  /** Tells every session of something that went wrong in this program, in one line. */
  tellFault(message: string): void {
    for (const session of this.#sessions.values()) session.send({ type: 'fault', message });
  }

  async #serveControl(duplex: Duplex, hello: Hello): Promise<void> {
    clearTimeout(this.#linger);
    this.#sessions.get(hello.session)?.close();
    const { claims } = this.#options;
    const session = new Session(duplex, hello, claims, () => this.#sessions.size === 1);
    this.#sessions.set(hello.session, session);
    await session.serve();
    if (this.#sessions.get(hello.session) === session) this.#sessions.delete(hello.session);
    await claims
      .dropAll(session)
      .catch((error) => console.error(`not all was given back: ${messageOf(error)}`));
    if (session.retired && this.#sessions.size === 0) await this.#endQuietly('the last session is done');
    else this.#startLinger();
  }

  #startLinger(): void {
    clearTimeout(this.#linger);
    if (this.#sessions.size > 0) return;
    this.#linger = setTimeout(() => void this.#endQuietly('no session'), this.#options.lingerMs);
  }

  /** Never rejects. */
  async #endQuietly(reason: string): Promise<void> {
    await this.#options.claims
      .withdrawAll(DRAIN.deadlineMs)
      .catch((error) => console.error(`not all was given back: ${messageOf(error)}`));
    if (this.#sessions.size === 0) this.#options.end(reason);
  }
}

/** Listens for sessions: on the path of a Unix socket, or on a port of 127.0.0.1. */
export async function listenForSessions(sessions: Sessions, listenOn: string | number): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    // Whoever comes through a forwarded port cannot tell otherwise whether anybody is here.
    if (typeof listenOn === 'number') socket.write(GREETING);
    sessions.accept(socket).catch((error) => console.error(`caller lost: ${messageOf(error)}`));
  });
  const trouble = (error: Error) => console.error(`a session was not taken: ${error.message}`);
  await (typeof listenOn === 'number'
    ? listen(server, { port: listenOn, host: '127.0.0.1' }, trouble)
    : listenOnPath(server, listenOn, trouble));
}

/** Tells somebody who is no session what is held, and asks whoever holds it, until they go. */
function serveLook(duplex: Duplex, { session, owner }: Hello, claims: Claims): Promise<void> {
  const control = new ControlServer<AgentRequest, AgentEvent>(duplex);
  return control.serve(decodeAgentRequest, async (request) => {
    const { type, id } = request;
    if (type === 'held') return control.send({ type, id, claims: claims.held() });
    // Nobody lets go of anything before there is a session that takes it.
    if (type === 'ask' && !request.now)
      return control.send(asked(id, await claims.questions.ask({ id: session, owner }, request)));
    const reason = `${type} is for sessions`;
    control.send({ type: 'refused', id, reason, holder: undefined, tunnel: undefined });
  });
}

/** What somebody is told who has asked for what others have. */
function asked(id: number, refused: Refused | undefined): AgentEvent {
  return refused === undefined
    ? { type: 'done', id }
    : { type: 'refused', id, tunnel: undefined, ...refused };
}

/** One connection of a session: all that it has here, for as long as its control duplex lives. */
class Session implements Claimant {
  readonly id: string;
  readonly owner: Hello['owner'];
  /** The session said that it is done with this agent. */
  retired = false;
  readonly #control: ControlServer<AgentRequest, AgentEvent>;
  readonly #claims: Claims;
  readonly #isAlone: () => boolean;
  readonly #tunnels = new Map<string, Tunnel>();
  readonly #silent = new Set<Tunnel>();

  constructor(duplex: Duplex, hello: Hello, claims: Claims, isAlone: () => boolean) {
    this.id = hello.session;
    this.owner = hello.owner;
    this.#claims = claims;
    this.#isAlone = isAlone;
    this.#control = new ControlServer(duplex);
  }

  /** Handles requests until the control duplex is gone; then the tunnels end too. */
  async serve(): Promise<void> {
    await this.#control.serve(decodeAgentRequest, (request) => this.#handle(request));
    for (const tunnel of this.#tunnels.values()) tunnel.destroy();
    this.#tunnels.clear();
  }

  close(): void {
    this.#control.close();
  }

  send(event: AgentEvent): void {
    this.#control.send(event);
  }

  liveTunnel(name: string): Tunnel | undefined {
    const tunnel = this.#tunnels.get(name);
    return tunnel === undefined || this.#silent.has(tunnel) ? undefined : tunnel;
  }

  isSilent(name: string): boolean {
    return this.#tunnels.has(name) && this.liveTunnel(name) === undefined;
  }

  /** The session brought a tunnel to one of its gateways; it replaces an older one of that name. */
  addInbound(name: string, duplex: Duplex, budget: StreamBudget): void {
    const tunnel = openTunnel(duplex, {
      budget,
      onSilent: () => {
        this.#silent.add(tunnel);
        this.#claims.tunnelChanged(this);
      },
      onHeard: () => {
        this.#silent.delete(tunnel);
        this.#claims.tunnelChanged(this);
      },
    });
    this.#tunnels.get(name)?.destroy();
    this.#tunnels.set(name, tunnel);
    this.#claims.tunnelChanged(this);
    void tunnel.closed.then(() => {
      this.#silent.delete(tunnel);
      if (this.#tunnels.get(name) === tunnel) this.#tunnels.delete(name);
      this.#claims.tunnelChanged(this);
    });
  }

  async #handle(request: AgentRequest): Promise<void> {
    const { id } = request;
    try {
      switch (request.type) {
        case 'claim': {
          const { type: _, id: __, ...terms } = request;
          const obstacle = this.#claims.claim(this, terms);
          if (obstacle === undefined) break;
          return this.send({ type: 'refused', id, reason: `port ${request.port} is held`, ...obstacle });
        }
        case 'resume':
          await this.#claims.resume(this, request);
          break;
        case 'rest':
          if (request.drain === undefined) await this.#claims.rest(this, request);
          else return this.#ended(id, await this.#claims.restForAWhile(this, request, request.drain));
          break;
        case 'release': {
          const drainMs = request.drain ?? DRAIN.deadlineMs;
          return this.#ended(id, await this.#claims.release(this, request, drainMs));
        }
        case 'held':
          return this.send({ type: 'held', id, claims: this.#claims.held() });
        case 'ask':
          return this.send(asked(id, await this.#claims.questions.ask(this, request)));
        case 'answer':
          this.#claims.questions.answered(this, request);
          break;
        case 'retire':
          this.retired = true;
          if (this.#isAlone()) return this.send({ type: 'ending', id });
          break;
      }
      this.send({ type: 'done', id });
    } catch (error) {
      this.send({ type: 'refused', id, reason: messageOf(error), holder: undefined, tunnel: undefined });
    }
  }

  /** Answers a request that has waited for what was in flight. */
  #ended(id: number, cut: readonly string[]): void {
    this.send(cut.length === 0 ? { type: 'done', id } : { type: 'done', id, cut });
  }
}
