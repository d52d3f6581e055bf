import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../common/errors.ts';
import {
  type AgentEvent,
  type AgentRequest,
  decodeAgentRequest,
  type Hello,
  type ResolverSettings,
} from '../protocol/index.ts';
import { openTunnel, serveTunnel, type Tunnel } from '../tunnel/index.ts';
import { acceptHello, ControlServer } from '../wire/index.ts';
import type { Claimant, Claims } from './claims.ts';
import { serveOutbound } from './outbound.ts';

/** What a caller on a port of 127.0.0.1 gets before anything else. */
const GREETING = '\n';

/** What the agent serves sessions with. */
export interface SessionsOptions {
  readonly secret: string;
  readonly instance: string;
  readonly resolver: ResolverSettings;
  readonly claims: Claims;
  /** Where to listen: the path of a Unix socket, or a port of 127.0.0.1. */
  readonly listenOn: string | number;
  /** How long to stay without a session, milliseconds. */
  readonly lingerMs: number;
  /** Ends the program. */
  readonly end: (reason: string) => void;
}

/** Listens for sessions. Each duplex says what it is for; a session is there as long as its control duplex is. */
export async function serveSessions(options: SessionsOptions): Promise<void> {
  const sessions = new Map<string, Session>();
  let linger: NodeJS.Timeout | undefined;
  const startLinger = () => {
    clearTimeout(linger);
    if (sessions.size === 0) linger = setTimeout(() => void endQuietly('no session'), options.lingerMs);
  };
  const endQuietly = async (reason: string) => {
    await options.claims.withdrawAll();
    if (sessions.size === 0) options.end(reason);
  };

  const serveControl = async (duplex: Duplex, hello: Hello) => {
    clearTimeout(linger);
    sessions.get(hello.session)?.close();
    const session = new Session(duplex, hello, options.claims, () => sessions.size === 1);
    sessions.set(hello.session, session);
    await session.serve();
    if (sessions.get(hello.session) === session) sessions.delete(hello.session);
    await options.claims.dropAll(session);
    if (session.retired && sessions.size === 0) await endQuietly('the last session is done');
    else startLinger();
  };

  const accept = async (duplex: Duplex) => {
    const hello = await acceptHello(duplex, options);
    switch (hello?.role) {
      case undefined:
        return;
      case 'control':
        return serveControl(duplex, hello);
      case 'inbound': {
        const session = sessions.get(hello.session);
        if (session === undefined) duplex.destroy();
        else session.addInbound(hello.tunnel, duplex);
        return;
      }
      case 'outbound':
        serveTunnel(duplex, serveOutbound);
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    // Whoever comes through a forwarded port cannot tell otherwise whether anybody is here.
    if (typeof options.listenOn === 'number') socket.write(GREETING);
    accept(socket).catch((error) => console.error(`caller lost: ${messageOf(error)}`));
  });
  await listen(server, options.listenOn);
  startLinger();
}

async function listen(server: Server, on: string | number): Promise<void> {
  if (typeof on === 'number') {
    server.listen({ port: on, host: '127.0.0.1' });
    await once(server, 'listening');
    return;
  }
  // An earlier run of this container may have left its socket.
  rmSync(on, { force: true });
  server.listen(on);
  await once(server, 'listening');
  // The directory is private to the session's user; the socket itself belongs to root of this container.
  chmodSync(on, 0o777);
}

/** One session, for as long as its control duplex lives. */
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

  /** The session brought a tunnel to one of its gateways; it replaces an older one of that name. */
  addInbound(name: string, duplex: Duplex): void {
    const tunnel = openTunnel(duplex, {
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
          const holder = this.#claims.claim(this, request);
          if (holder === undefined) break;
          return this.send({ type: 'refused', id, reason: `port ${request.port} is held`, holder });
        }
        case 'resume':
        case 'rest':
          await this.#claims.want(this, request.port, request.type === 'resume');
          break;
        case 'release':
          await this.#claims.release(this, request.port);
          break;
        case 'claims':
          return this.send({ type: 'claimed-ports', id, claims: this.#claims.list() });
        case 'retire':
          this.retired = true;
          if (this.#isAlone()) return this.send({ type: 'ending', id });
          break;
      }
      this.send({ type: 'done', id });
    } catch (error) {
      this.send({ type: 'refused', id, reason: messageOf(error), holder: undefined });
    }
  }
}
