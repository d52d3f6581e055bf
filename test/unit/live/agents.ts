import { Claims } from '../../../src/agent/claims.ts';
import { Sessions } from '../../../src/agent/sessions.ts';
import { LINGER } from '../../../src/programs/index.ts';
import type { DuplexRole } from '../../../src/protocol/index.ts';
import { BOUNDS, StreamBudget } from '../../../src/tunnel/index.ts';
import type { FakeAgentProcess } from '../../fakes/index.ts';
import { NetworkNamespace } from './network-namespace.ts';
import { Streams } from './streams.ts';

/** How long an agent stays that is to stay for the next session, milliseconds. */
const LINGERS_MS = 10_000;

/** How long one that is asked to end lets requests in flight go on, milliseconds. */
const ENDS_WITHIN_MS = 3000;

/** What runs at places: the real agent, but for the kernel. */
export class Agents {
  readonly #namespaces = new Map<string, NetworkNamespace>();
  readonly #streams = new Map<string, Streams>();
  readonly #ends = new Map<string, () => Promise<void>>();

  /** The program of a fake platform's agents. */
  readonly program = ({ agent, kind, place, ended, listen, exit }: FakeAgentProcess): void => {
    const namespace = this.at(place.id);
    const streams = new Streams();
    this.#streams.set(`${kind} ${place.id}`, streams);
    const budget = new StreamBudget(BOUNDS.agent);
    const claims = new Claims(kind === 'net' ? namespace : undefined, () => budget.isFull);
    if (kind === 'net') namespace.redirectTo((socket, destination) => claims.connection(socket, destination));
    const sessions = new Sessions({
      secret: agent.secret,
      port: agent.port,
      resolver: { search: [`${place.name}.test`], options: [] },
      claims,
      budget,
      lingerMs: place.idleAgent === 'ends' ? LINGER.besideContainerMs : LINGERS_MS,
      end: exit,
    });
    const end = () => claims.withdrawAll(ENDS_WITHIN_MS, 'its pod ends').finally(exit);
    this.#ends.set(`${kind} ${place.id}`, end);
    listen((stream) => void streams.greeted(stream).then(() => sessions.accept(stream)));
    ended.addEventListener('abort', () => {
      if (kind === 'net') namespace.ownerEnded();
      this.#streams.delete(`${kind} ${place.id}`);
      this.#ends.delete(`${kind} ${place.id}`);
    });
  };

  /** The network namespace of a place. */
  at(placeId: string): NetworkNamespace {
    const known = this.#namespaces.get(placeId) ?? new NetworkNamespace();
    this.#namespaces.set(placeId, known);
    return known;
  }

  /** Places that have, or had, an agent. */
  places(): readonly string[] {
    return [...this.#namespaces.keys()];
  }

  /** Breaks the streams of a role between the agents of a place and all sessions; the agents live on. */
  cut(placeId: string, role: DuplexRole): void {
    for (const kind of ['net', 'plain']) this.#streams.get(`${kind} ${placeId}`)?.cut(role);
  }

  /** The platform asks the agents of a place to end, and gives them time for that. */
  askToEnd(placeId: string): void {
    for (const kind of ['net', 'plain']) void this.#ends.get(`${kind} ${placeId}`)?.();
  }

  /** Ports that are taken over at any place, and connections that go through any agent. */
  leftovers(): readonly string[] {
    return [...this.#namespaces].flatMap(([place, namespace]) => [
      ...namespace.takenOver().map((port) => `port ${port} is taken over at ${place}`),
      ...(namespace.open === 0 ? [] : [`${namespace.open} connections go through the agent at ${place}`]),
    ]);
  }
}
