import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pause } from '../common/deadline.ts';

/** Requests in flight may take so long to end before their connection is closed all the same, milliseconds. */
export const DRAIN_DEADLINE_MS = 2000;

/** After its answer a connection must be quiet for so long to count as idle: the answer may come in pieces. */
const QUIET_MS = 15;

/** A connection on which nothing was ever asked is left alone for so long: its first request is about to come. */
const UNUSED_MS = 200;

const LOOK_AGAIN_MS = 10;

/** A connection that goes through this agent, with what is needed to end it at a quiet moment. */
export interface OpenConnection {
  /** The other side is there; its bytes are answers. */
  joined(answers: Duplex): void;
  /** It is over. */
  done(): void;
}

interface Tracked extends OpenConnection {
  /** Port of this agent's own socket to the original container; undefined when it goes elsewhere. */
  originPort(): number | undefined;
  isIdle(now: number): boolean;
  /** Says the regular end to the caller; nothing more is taken from it. */
  end(): void;
  destroy(): void;
  readonly closed: boolean;
}

/** The connections of one kind that are open now, by the port they were made to. */
export class OpenConnections {
  readonly #open = new Map<Tracked, number>();

  /** Begins to follow a caller's connection. */
  track(port: number, caller: Socket, original?: Socket): Tracked {
    const tracked = follow(caller, original, () => this.#open.delete(tracked));
    this.#open.set(tracked, port);
    return tracked;
  }

  /** Those made to one port. */
  of(port: number): readonly Tracked[] {
    return [...this.#open].filter(([, to]) => to === port).map(([tracked]) => tracked);
  }

  /** All of them. */
  all(): readonly Tracked[] {
    return [...this.#open.keys()];
  }
}

/** Ends connections one by one as each becomes idle; those that never do are cut off at the deadline. */
export async function drainConnections(connections: readonly Tracked[]): Promise<void> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  let left = connections.filter((tracked) => !tracked.closed);
  const ended: Tracked[] = [];
  while (left.length > 0 && performance.now() < deadline) {
    const now = performance.now();
    const idle = left.filter((tracked) => tracked.isIdle(now));
    for (const tracked of idle) tracked.end();
    ended.push(...idle);
    left = left.filter((tracked) => !tracked.closed && !idle.includes(tracked));
    if (left.length > 0) await pause(LOOK_AGAIN_MS);
  }
  // Callers have got their regular end and need a moment to answer it.
  while (ended.some((tracked) => !tracked.closed) && performance.now() < deadline) await pause(LOOK_AGAIN_MS);
  for (const tracked of [...left, ...ended]) tracked.destroy();
}

function follow(caller: Socket, original: Socket | undefined, onDone: () => void): Tracked {
  const openedAt = performance.now();
  let askedAt = 0;
  let answeredAt = 0;
  const noteAsked = () => {
    askedAt = performance.now();
  };
  return {
    get closed() {
      return caller.destroyed;
    },
    originPort: () => original?.localPort,
    joined: (answers) => {
      // After the splice has begun to read, or these listeners would set the streams flowing before it.
      queueMicrotask(() => {
        caller.on('data', noteAsked);
        answers.on('data', () => {
          answeredAt = performance.now();
        });
      });
      askedAt = openedAt;
    },
    isIdle: (now) => {
      const used = caller.bytesRead > 0;
      if (!used) return now - openedAt > UNUSED_MS;
      return answeredAt >= askedAt && now - answeredAt >= QUIET_MS && caller.writableLength === 0;
    },
    end: () => caller.end(),
    destroy: () => caller.destroy(),
    done: onDone,
  };
}
