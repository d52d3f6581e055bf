import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Claimant, ClaimTerms, PortTakeover } from '../../../src/agent/claim.ts';
import { Claims } from '../../../src/agent/claims.ts';
import type { DrainOptions } from '../../../src/agent/drain-original.ts';
import { DRAIN } from '../../../src/agent/timings.ts';
import { pause } from '../../../src/common/deadline.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import type { Tunnel } from '../../../src/tunnel/index.ts';

/** A kernel that writes down what it is asked; `held` keeps it from answering. */
class FakeTakeover implements PortTakeover {
  readonly asked: string[] = [];
  held: Promise<void> = Promise.resolve();
  fails = false;
  readonly draining: { readonly port: number; readonly isWanted: () => boolean }[] = [];

  async start(port: number): Promise<void> {
    this.asked.push(`start ${port}`);
    await this.held;
    if (this.fails) throw new Error('no rule was made');
  }

  async stop(port: number): Promise<void> {
    this.asked.push(`stop ${port}`);
    await this.held;
  }

  isHeard = true;

  async isListenedOn(): Promise<boolean> {
    return this.isHeard;
  }

  async drainOriginal(port: number, { isWanted }: DrainOptions): Promise<void> {
    this.draining.push({ port, isWanted });
  }
}

/** A connection of a session, whose tunnels are there from the beginning. */
function aConnection(id = 'session', tunnels: readonly string[] = ['app']) {
  const opened: unknown[] = [];
  const said: AgentEvent[] = [];
  const there = new Set(tunnels);
  const claimant: Claimant = {
    id,
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
    liveTunnel: (name) => (there.has(name) ? aTunnel(opened) : undefined),
    isSilent: () => false,
    send: (event) => said.push(event),
  };
  return { claimant, opened, said, there };
}

function aTunnel(opened: unknown[]): Tunnel {
  return {
    open(target) {
      opened.push(target);
      throw new Error('this tunnel only writes down who comes');
    },
    closed: new Promise(() => {}),
    destroy: () => {},
  };
}

/** The claim that `aRequest` asks for. */
const APP = { port: 80, tunnel: 'app' };

function aRequest(fields: Partial<ClaimTerms> = {}): ClaimTerms {
  return { ...APP, to: 8080, probes: [], ...fields };
}

async function aCaller(): Promise<Socket> {
  return (await aPair()).caller;
}

/** A caller as the agent sees it, and its own end. */
async function aPair() {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect({ port: typeof address === 'object' && address !== null ? address.port : 0 });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  socket.on('error', () => {});
  return { caller: socket as Socket, client };
}

/** An original that says its name when it is asked. Returns its port. */
async function anOriginal(): Promise<number> {
  const original = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('original'));
  });
  original.listen(0, '127.0.0.1');
  await once(original, 'listening');
  const address = original.address();
  onTestFinished(() => void original.close());
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function aGate() {
  let open = () => {};
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { held, open };
}

describe('a new connection of a session', () => {
  async function anInterceptedPort() {
    const takeover = new FakeTakeover();
    const claims = new Claims(takeover);
    const older = aConnection();
    claims.claim(older.claimant, aRequest());
    await claims.resume(older.claimant, APP);
    return { takeover, claims, older };
  }

  it('keeps a claim it makes while those of the older connection are being given back', async () => {
    const { takeover, claims, older } = await anInterceptedPort();
    const gate = aGate();
    takeover.held = gate.held;
    const dropped = claims.dropAll(older.claimant);
    const newer = aConnection();
    expect(claims.claim(newer.claimant, aRequest())).toBeUndefined();
    gate.open();
    await dropped;
    expect(claims.claim(aConnection('another').claimant, aRequest())?.holder.session).toBe('session');
    await claims.resume(newer.claimant, APP);
    expect(takeover.asked).toEqual(['start 80', 'stop 80', 'start 80']);
    expect(newer.said).toEqual([{ type: 'intercept', ...APP, live: true, reason: '' }]);
  });

  it('takes a port over without a gap when its tunnel is there already', async () => {
    const { takeover, claims, older } = await anInterceptedPort();
    const newer = aConnection('session', ['renamed']);
    claims.claim(newer.claimant, aRequest({ tunnel: 'renamed', to: 9090 }));
    await claims.dropAll(older.claimant);
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 80 });
    expect(newer.opened).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 9090 }]);
    expect(older.opened).toEqual([]);
    expect(takeover.asked).toEqual(['start 80']);
  });

  it('hears that the port is intercepted as soon as it wants it', async () => {
    const { claims, older } = await anInterceptedPort();
    const newer = aConnection();
    claims.claim(newer.claimant, aRequest());
    expect(newer.said).toEqual([]);
    await claims.resume(newer.claimant, APP);
    expect(newer.said).toEqual([{ type: 'intercept', ...APP, live: true, reason: '' }]);
    expect(older.said).toHaveLength(1);
  });

  it('begins with a resting claim when its tunnel is not there yet', async () => {
    const { takeover, claims } = await anInterceptedPort();
    const newer = aConnection('session', []);
    claims.claim(newer.claimant, aRequest());
    expect(takeover.asked).toEqual(['start 80', 'stop 80']);
    newer.there.add('app');
    claims.tunnelChanged(newer.claimant);
    expect(takeover.asked).toEqual(['start 80', 'stop 80']);
    await claims.resume(newer.claimant, APP);
    expect(takeover.asked).toEqual(['start 80', 'stop 80', 'start 80']);
  });

  it('is not disturbed by what the older one still says', async () => {
    const { takeover, claims, older } = await anInterceptedPort();
    const newer = aConnection();
    claims.claim(newer.claimant, aRequest());
    await expect(claims.rest(older.claimant, APP)).rejects.toThrow('port 80 is not held');
    await claims.release(older.claimant, APP, 0);
    older.there.clear();
    claims.tunnelChanged(older.claimant);
    expect(takeover.asked).toEqual(['start 80']);
  });

  it('keeps a claim it makes while the older one is giving the port back', async () => {
    const { takeover, claims, older } = await anInterceptedPort();
    const gate = aGate();
    takeover.held = gate.held;
    const released = claims.release(older.claimant, APP, 0);
    const newer = aConnection();
    claims.claim(newer.claimant, aRequest());
    gate.open();
    await released;
    await expect(claims.resume(newer.claimant, APP)).resolves.toBeUndefined();
  });
});

describe('a port that is not held', () => {
  it('can neither be resumed nor left to rest', async () => {
    const claims = new Claims(new FakeTakeover());
    const { claimant } = aConnection();
    await expect(claims.resume(claimant, APP)).rejects.toThrow('port 80 is not held');
    await expect(claims.rest(claimant, APP)).rejects.toThrow('port 80 is not held');
  });

  it('is given back as wanted', async () => {
    const claims = new Claims(new FakeTakeover());
    await expect(claims.release(aConnection().claimant, APP, 0)).resolves.toEqual([]);
  });
});

describe('a second claim of a connection for its port', () => {
  it('is refused for another tunnel or another port of the service, and says which tunnel has it', () => {
    const claims = new Claims(new FakeTakeover());
    const { claimant } = aConnection();
    claims.claim(claimant, aRequest({ tunnel: 'web' }));
    expect(claims.claim(claimant, aRequest({ tunnel: 'api' }))).toMatchObject({ tunnel: 'web' });
    expect(claims.claim(claimant, aRequest({ tunnel: 'web', to: 1 }))).toMatchObject({ tunnel: 'web' });
  });

  it('is accepted when it is the same, and brings its probes', async () => {
    const claims = new Claims(new FakeTakeover());
    const { claimant, opened } = aConnection();
    claims.claim(claimant, aRequest({ probes: ['kube-probe/*'] }));
    await claims.resume(claimant, APP);
    expect(claims.claim(claimant, aRequest())).toBeUndefined();
    // Without probes nobody waits for what the caller says first.
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 80 });
    expect(opened).toHaveLength(1);
  });
});

it('a port that cannot be intercepted rests, and can be tried again', async () => {
  const takeover = new FakeTakeover();
  const claims = new Claims(takeover);
  const { claimant, said } = aConnection();
  claims.claim(claimant, aRequest());
  takeover.fails = true;
  await expect(claims.resume(claimant, APP)).rejects.toThrow('no rule was made');
  takeover.fails = false;
  await claims.resume(claimant, APP);
  expect(takeover.asked).toEqual(['start 80', 'stop 80', 'start 80']);
  expect(said).toEqual([{ type: 'intercept', ...APP, live: true, reason: '' }]);
});

describe('a port that rests for a while', () => {
  async function restingForAWhile() {
    const takeover = new FakeTakeover();
    const claims = new Claims(takeover);
    const session = aConnection();
    claims.claim(session.claimant, aRequest());
    await claims.resume(session.claimant, APP);
    expect(await claims.restForAWhile(session.claimant, APP, 1000)).toEqual([]);
    return { takeover, claims, session };
  }

  it('stays taken over, and sends nobody to the service', async () => {
    const { takeover, claims, session } = await restingForAWhile();
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 9 });
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 80 });
    expect([takeover.asked, session.opened]).toEqual([['start 80'], []]);
    await claims.resume(session.claimant, APP);
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 80 });
    expect([takeover.asked, session.opened.length]).toEqual([['start 80'], 1]);
    expect(session.said.map((event) => 'live' in event && event.live)).toEqual([true, false, true]);
  });

  it.each<[string, (claims: Claims, claimant: Claimant) => Promise<unknown>]>([
    ['it shall rest for longer', (claims, claimant) => claims.rest(claimant, APP)],
    ['it is given back', (claims, claimant) => claims.release(claimant, APP, 0)],
    ['its session is gone', (claims, claimant) => claims.dropAll(claimant)],
  ])('is left to the original when %s', async (_, then) => {
    const { takeover, claims, session } = await restingForAWhile();
    await then(claims, session.claimant);
    expect(takeover.asked).toEqual(['start 80', 'stop 80']);
  });
});

describe('an agent that ends', () => {
  it('leaves its ports, says why, and takes none over again, whoever wants that', async () => {
    const takeover = new FakeTakeover();
    const claims = new Claims(takeover);
    const { claimant, said, opened } = aConnection();
    claims.claim(claimant, aRequest());
    await claims.resume(claimant, APP);
    await claims.withdrawAll(1000, 'its pod ends');
    claims.tunnelChanged(claimant);
    await claims.resume(claimant, APP);
    claims.connection(await aCaller(), { host: '127.0.0.1', port: 9 });
    expect([takeover.asked, opened]).toEqual([['start 80', 'stop 80'], []]);
    expect(said.map((event) => 'reason' in event && event.reason)).toEqual(['', 'its pod ends']);
  });

  it('passes on who was on the way to it when it began', async () => {
    const takeover = new FakeTakeover();
    const claims = new Claims(takeover);
    const over = claims.withdrawAll(2000, 'its pod ends');
    const port = await anOriginal();
    const { caller, client } = await aPair();
    claims.connection(caller, { host: '127.0.0.1', port });
    client.write('who?');
    const [answer] = await once(client, 'data');
    expect(String(answer)).toBe('original');
    client.end();
    await over;
  });
});

describe('an agent that ends where callers are read', () => {
  it('waits a moment for what a silent one may be about to say, and not for long', async () => {
    const claims = new Claims(new FakeTakeover());
    const { claimant } = aConnection();
    const port = await anOriginal();
    claims.claim(claimant, aRequest({ port, probes: ['kube-probe/*'] }));
    await claims.resume(claimant, { ...APP, port });
    const { caller, client } = await aPair();
    claims.connection(caller, { host: '127.0.0.1', port });
    let isOver = false;
    const over = claims.withdrawAll(5000, 'its pod ends').then(() => {
      isOver = true;
    });
    await pause(DRAIN.onTheWayMs + 300);
    expect([isOver, client.readableEnded]).toEqual([false, false]);
    await once(client.resume(), 'end');
    client.end();
    await over;
  });
});

describe('a port whose lease has lapsed', () => {
  it('has those moved that have reached the original meanwhile', async () => {
    const takeover = new FakeTakeover();
    const claims = new Claims(takeover);
    const { claimant } = aConnection();
    claims.claim(claimant, aRequest());
    claims.lapsed(80);
    claims.lapsed(81);
    expect(takeover.draining).toEqual([]);
    await claims.resume(claimant, APP);
    claims.lapsed(80);
    expect(takeover.draining.map(({ port, isWanted }) => [port, isWanted()])).toEqual([
      [80, false],
      [80, true],
    ]);
  });
});
