import { createServer, type Server, type Socket } from 'node:net';
import { unlessAborted } from '../common/deadline.ts';
import { listen } from '../common/listen.ts';
import type { Reporter } from '../model/event.ts';
import { type Forward, forwardResource } from '../model/forward.ts';
import { targetText } from '../model/workspace.ts';
import { pump, socketEndpoint } from '../tunnel/index.ts';
import { portTaken } from './port-taken.ts';
import { type ForwardAgents, TargetWay, type WayState } from './target-way.ts';

/** What forwards need of the connections. */
export interface ForwardRoutes {
  /** Follows the agents of a joined target; returns what ends that. */
  followAgents(target: string, listener: ForwardAgents): () => void;
}

/** A forward that is open, and how it is. */
export interface OpenForward {
  readonly forward: Forward;
  readonly state: WayState;
}

interface Live {
  readonly forward: Forward;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly way: SharedWay;
}

interface SharedWay {
  readonly way: TargetWay;
  state: WayState;
  /** How many forwards use it. */
  users: number;
}

/** The forwards of a session. The only one who listens for them. */
export class LiveForwards {
  readonly #report: Reporter;
  readonly #open = new Map<number, Live>();
  readonly #ways = new Map<string, SharedWay>();

  constructor(report: Reporter) {
    this.#report = report;
  }

  /** Those that are open, by their ports. */
  list(): readonly OpenForward[] {
    return [...this.#open.values()].map(({ forward, way: { state } }) => ({ forward, state }));
  }

  /**
   * Listens, as soon as there is a way into the target's network. Errors: `port-taken`; why there is no way; `cancelled`.
   * Then it is not open.
   */
  async open(forward: Forward, routes: ForwardRoutes, signal: AbortSignal): Promise<void> {
    const way = this.#enter(forward, routes);
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      void carry(socket, way.way, forward);
    });
    try {
      await unlessAborted('the way into the workload', signal, way.way.opened);
      const { hostIp: host, local: port } = forward;
      await listen(server, { host, port }, () => {}).catch((error) => {
        throw portTaken(forward, error);
      });
    } catch (error) {
      await this.#leave(forward);
      throw error;
    }
    this.#open.set(forward.local, { forward, server, sockets, way });
  }

  /** Listens no longer, and ends the connections through it. Nothing happens when it is not open. */
  async close({ local }: Pick<Forward, 'local'>): Promise<void> {
    const live = this.#open.get(local);
    if (live === undefined) return;
    this.#open.delete(local);
    const closed = new Promise<void>((resolve) => live.server.close(() => resolve()));
    for (const socket of live.sockets) socket.destroy();
    await Promise.all([closed, this.#leave(live.forward)]);
  }

  #enter({ target }: Forward, routes: ForwardRoutes): SharedWay {
    const key = targetText(target);
    const known = this.#ways.get(key);
    if (known !== undefined) {
      known.users += 1;
      return known;
    }
    const way = new TargetWay(
      (listener) => routes.followAgents(key, listener),
      (state) => {
        shared.state = state;
        this.#tell(shared);
      },
    );
    const shared: SharedWay = { way, state: { state: 'up' }, users: 1 };
    this.#ways.set(key, shared);
    return shared;
  }

  async #leave({ target }: Forward): Promise<void> {
    const key = targetText(target);
    const shared = this.#ways.get(key);
    if (shared === undefined) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#ways.delete(key);
    await shared.way.close();
  }

  #tell(way: SharedWay): void {
    for (const live of this.#open.values())
      if (live.way === way)
        this.#report({ type: 'state', resource: forwardResource(live.forward), ...way.state });
  }
}

/** A refusal there becomes a reset here. Never rejects. */
async function carry(socket: Socket, way: TargetWay, { host, port }: Forward): Promise<void> {
  const caller = socketEndpoint(socket);
  socket.on('error', () => {});
  try {
    const opened = await way.connect(host, port);
    opened.accepted.catch(() => caller.abort());
    pump(caller, opened);
  } catch {
    caller.abort();
  }
}
