import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serveOutbound } from '../../../src/agent/outbound.ts';
import { deferred } from '../../../src/common/deferred.ts';
import { LiveForwards } from '../../../src/forwards/index.ts';
import { preflightForwards } from '../../../src/forwards/preflight.ts';
import type { ForwardAgent, ForwardAgents } from '../../../src/forwards/target-way.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Forward } from '../../../src/model/forward.ts';
import { serveTunnel } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';
import { aTarget } from '../../builders/workspace.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const never = new AbortController().signal;

/** Something that listens in the workload's network, which is this machine's here, and says its name to each caller. */
async function aNeighbour(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return portOf(server);
}

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** An agent that connects as the real one does, and can go. */
function anAgent() {
  const closed = deferred();
  const duplexes: Duplex[] = [];
  const agent: ForwardAgent = {
    place: 'shop-1',
    closed: closed.promise,
    dial: async () => {
      const [ours, theirs] = await aSocketPair();
      duplexes.push(ours, theirs);
      const served = serveTunnel(theirs, serveOutbound);
      cleanups.push(() => served.destroy());
      return { duplex: ours, welcome: Promise.resolve() };
    },
  };
  const go = () => {
    for (const duplex of duplexes) duplex.destroy();
    closed.resolve();
  };
  return { agent, go };
}

/** The agents of one target, as the connections tell of them. */
class Agents {
  readonly #listeners = new Set<ForwardAgents>();
  readonly #there = new Set<ForwardAgent>();

  followAgents(_: string, listener: ForwardAgents): () => void {
    this.#listeners.add(listener);
    for (const agent of this.#there) listener.up(agent);
    return () => this.#listeners.delete(listener);
  }

  up(agent: ForwardAgent): void {
    this.#there.add(agent);
    for (const listener of this.#listeners) listener.up(agent);
  }

  down(agent: ForwardAgent): void {
    this.#there.delete(agent);
    for (const listener of this.#listeners) listener.down(agent);
  }
}

function forwards() {
  const events: Event[] = [];
  const live = new LiveForwards((event) => events.push(event));
  cleanups.push(() => Promise.all(live.list().map(({ forward }) => live.close(forward))));
  const states = () => events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  return { live, states };
}

async function aForward(port: number): Promise<Forward> {
  const target = aTarget('deployment/shop');
  return { hostIp: '127.0.0.1', local: await aFreePort(), host: '127.0.0.1', port, target };
}

function caller({ local }: Forward): Socket {
  const socket = connect({ port: local, host: '127.0.0.1' });
  cleanups.push(() => socket.destroy());
  return socket;
}

describe('a forward', () => {
  it('leads where the workload connects', async () => {
    const agents = new Agents();
    agents.up(anAgent().agent);
    const { live } = forwards();
    const [one, other] = [await aForward(await aNeighbour('one')), await aForward(await aNeighbour('other'))];
    await live.open(one, agents, never);
    await live.open(other, agents, never);
    expect(await text(caller(one))).toBe('one');
    expect(await text(caller(other))).toBe('other');
    expect(live.list().map(({ state }) => state)).toEqual([{ state: 'up' }, { state: 'up' }]);
  });

  it('resets a caller whom nobody would answer there', async () => {
    const agents = new Agents();
    agents.up(anAgent().agent);
    const { live } = forwards();
    const forward = await aForward(await aFreePort());
    await live.open(forward, agents, never);
    const socket = caller(forward).resume();
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  it('goes on through another agent when its own is gone, and a caller waits for that', async () => {
    const agents = new Agents();
    const [first, second] = [anAgent(), anAgent()];
    agents.up(first.agent);
    const { live, states } = forwards();
    const forward = await aForward(await aNeighbour('here'));
    await live.open(forward, agents, never);
    agents.down(first.agent);
    first.go();
    await vi.waitFor(() => expect(states()).toEqual(['lost']));
    expect(live.list()[0]?.state.state).toBe('lost');
    const answered = text(caller(forward));
    agents.up(second.agent);
    expect(await answered).toBe('here');
    expect(states()).toEqual(['lost', 'up']);
  });

  it('waits for the first agent, and not for ever', async () => {
    const ending = new AbortController();
    const { live } = forwards();
    const opening = live.open(await aForward(1), new Agents(), ending.signal);
    ending.abort();
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect(live.list()).toEqual([]);
  });

  it('that is closed listens no longer, ends its callers, and leaves the others alone', async () => {
    const agents = new Agents();
    agents.up(anAgent().agent);
    const { live } = forwards();
    const held = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(held, 'listening');
    cleanups.push(() => held.close());
    const [one, other] = [await aForward(portOf(held)), await aForward(await aNeighbour('other'))];
    await live.open(one, agents, never);
    await live.open(other, agents, never);
    const socket = caller(one);
    socket.on('error', () => {});
    await once(held, 'connection');
    await Promise.all([once(socket, 'close'), live.close(one)]);
    const refused = caller(one);
    const [error] = await once(refused, 'error');
    expect(error.code).toBe('ECONNREFUSED');
    expect(await text(caller(other))).toBe('other');
  });

  it('of a port that somebody else has is refused, and found out before', async () => {
    const agents = new Agents();
    agents.up(anAgent().agent);
    const { live } = forwards();
    const forward = { ...(await aForward(5432)), local: await aNeighbour('somebody') };
    const message = expect.stringContaining(`port ${forward.local} of 127.0.0.1 on this machine is taken`);
    await expect(live.open(forward, agents, never)).rejects.toMatchObject({ code: 'port-taken', message });
    const [problem] = (await preflightForwards([forward], [])).problems;
    expect(problem).toMatchObject({ code: 'port-taken', message });
    expect((await preflightForwards([forward], [forward])).problems).toEqual([]);
    expect(live.list()).toEqual([]);
  });
});
