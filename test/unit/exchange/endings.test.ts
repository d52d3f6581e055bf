import { describe, expect, it } from 'vitest';
import { exchange } from '../../../src/exchange/index.ts';
import { socketEndpoint } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';
import { aWorld, get, MINE, ok, Peer, post, type World } from './world.ts';

/** Asks one upstream something and answers it; gives its end of the connection. */
async function answered({ caller, original, mine }: World, ...fields: string[]) {
  const before = caller.text;
  caller.send(get('/0', ...fields));
  const peer = await (fields.includes(MINE) ? mine : original).connection();
  await peer.includes(get('/0', ...fields));
  peer.send(ok('0'));
  await caller.has(before + ok('0'));
  return peer;
}

const done = ({ exchange }: World) => new Promise<void>((resolve) => exchange.whenDone(resolve));

describe('a caller', () => {
  it('that ends its side still gets the answers in flight', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.caller.send(get('/1') + get('/2', MINE)).socket.end();
    await there.has(get('/0') + get('/1'));
    there.send(ok('1'));
    const here = await world.mine.connection();
    await here.has(get('/2', MINE));
    await here.ended();
    here.send(ok('2'));
    await world.caller.ended();
    expect(world.caller.text).toBe(ok('0') + ok('1') + ok('2'));
    await there.ended();
    await done(world);
  });

  it('that ends while nothing is in flight ends all', async () => {
    const world = await aWorld();
    const [there, here] = [await answered(world), await answered(world, MINE)];
    world.caller.socket.end();
    await world.caller.ended();
    await there.ended();
    await here.ended();
    await done(world);
  });

  it('that ends before it has asked ends all', async () => {
    const world = await aWorld();
    world.caller.socket.end();
    await world.caller.ended();
    await done(world);
  });

  it('that ends within a body has its end passed on', async () => {
    const world = await aWorld();
    world.caller.send(post('/', 'hello').slice(0, -1)).socket.end();
    const there = await world.original.connection();
    await there.ended();
    expect(there.text).toBe(post('/', 'hello').slice(0, -1));
    there.send('HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n');
    await world.caller.ended();
    expect(world.caller.text).toContain('400');
  });

  it('that ends within a head has what it sent passed on as it is', async () => {
    const world = await aWorld();
    world.caller.send(get('/', MINE).slice(0, -2)).socket.end();
    const there = await world.original.connection();
    await there.ended();
    expect(there.text).toBe(get('/', MINE).slice(0, -2));
    there.send('bad').socket.end();
    await world.caller.ended();
    expect(world.caller.text).toBe('bad');
  });

  it('that resets breaks what is in flight, and ends what is idle', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.caller.send(get('/1', MINE));
    const here = await world.mine.connection();
    await here.has(get('/1', MINE));
    world.caller.socket.resetAndDestroy();
    expect(await here.broken()).toBe('ECONNRESET');
    await there.ended();
    expect(there.error).toBeUndefined();
    await done(world);
  });

  it('that resets while an upstream has not accepted yet breaks that', async () => {
    const world = await aWorld();
    world.mine.mode = 'later';
    world.caller.send(get('/1', MINE));
    const here = await world.mine.connection();
    await here.has(get('/1', MINE));
    world.caller.socket.resetAndDestroy();
    expect(await here.broken()).toBe('ECONNRESET');
    world.mine.decide(false);
    await done(world);
    expect(world.original.connections).toHaveLength(0);
  });
});

describe('an upstream', () => {
  it('that ends after it was used last ends the caller’s connection', async () => {
    const world = await aWorld();
    const there = await answered(world);
    there.socket.end();
    await world.caller.ended();
    await there.ended();
    world.caller.socket.end();
    await done(world);
  });

  it('that ends while another was used last is opened again when it is needed', async () => {
    const world = await aWorld();
    const there = await answered(world);
    const here = await answered(world, MINE);
    there.socket.end();
    await there.closed();
    world.caller.send(post('/1', 'a'));
    const again = await world.original.connection(1);
    await again.has(post('/1', 'a'));
    expect(here.hasEnded).toBe(false);
  });

  it('that resets in an answer breaks the caller’s connection', async () => {
    const world = await aWorld();
    world.caller.send(get('/'));
    const there = await world.original.connection();
    await there.has(get('/'));
    there.send('HTTP/1.1 200 OK\r\n\r\nabc');
    await world.caller.includes('abc');
    there.socket.resetAndDestroy();
    expect(await world.caller.broken()).toBe('ECONNRESET');
  });
});

describe('an upstream that is left', () => {
  it('ends at once when it is idle, and the caller notices nothing', async () => {
    const world = await aWorld();
    const here = await answered(world, MINE);
    world.exchange.leave('mine');
    await here.ended();
    world.caller.send(get('/1'));
    const there = await world.original.connection();
    await there.has(get('/1'));
    world.exchange.leave('nobody');
  });

  it('ends after its answers when it is busy', async () => {
    const world = await aWorld();
    const here = await answered(world, MINE);
    world.caller.send(post('/1', 'ab', MINE).slice(0, -1));
    await here.includes('POST');
    world.exchange.leave('mine');
    world.caller.send(post('/1', 'ab', MINE).slice(-1));
    await here.has(get('/0', MINE) + post('/1', 'ab', MINE));
    expect(here.hasEnded).toBe(false);
    here.send(ok('1'));
    await here.ended();
    await world.caller.has(ok('0') + ok('1'));
    world.caller.send(get('/2', MINE));
    await (await world.mine.connection(1)).has(get('/2', MINE));
  });

  it('breaks when it is cut while it is busy', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.caller.send(get('/1', MINE));
    const here = await world.mine.connection();
    await here.has(get('/1', MINE));
    world.exchange.cut('original');
    await there.ended();
    world.exchange.cut('mine');
    expect(await world.caller.broken()).toBe('ECONNRESET');
    expect(await here.broken()).toBe('ECONNRESET');
  });

  it('breaks when it is cut while it has the connection for itself', async () => {
    const world = await aWorld();
    world.caller.send('\x16\x03');
    const there = await world.original.connection();
    await there.has('\x16\x03');
    world.exchange.cut('mine');
    world.exchange.cut('original');
    expect(await world.caller.broken()).toBe('ECONNRESET');
    expect(await there.broken()).toBe('ECONNRESET');
  });
});

describe('an end that is announced', () => {
  const CLOSE = 'Connection: close';

  it('is told in the next answer', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.exchange.announceEnd();
    world.caller.send(get('/1') + get('/2'));
    await there.has(get('/0') + get('/1'));
    there.send(`HTTP/1.1 103 x\r\n\r\n${ok('1', 'a:  b')}`);
    await world.caller.ended();
    const last = ok('1', 'a:  b').replace('OK\r\n', `OK\r\n${CLOSE}\r\n`);
    expect(world.caller.text).toBe(`${ok('0')}HTTP/1.1 103 x\r\n\r\n${last}`);
    await there.ended();
    expect(there.text).toBe(get('/0') + get('/1'));
  });

  it('is told in the last one of those in flight', async () => {
    const world = await aWorld();
    world.caller.send(get('/0') + get('/1'));
    const there = await world.original.connection();
    await there.has(get('/0') + get('/1'));
    world.exchange.announceEnd();
    world.caller.send(get('/2'));
    there.send(ok('0') + ok('1'));
    await world.caller.ended();
    expect(world.caller.text).toBe(ok('0') + ok('1').replace('OK\r\n', `OK\r\n${CLOSE}\r\n`));
    expect(there.text).toBe(get('/0') + get('/1'));
  });

  it('that comes within an answer is told in the one after it', async () => {
    const world = await aWorld();
    world.caller.send(get('/0'));
    const there = await world.original.connection();
    await there.has(get('/0'));
    there.send(ok('00').slice(0, -1));
    await world.caller.has(ok('00').slice(0, -1));
    world.exchange.announceEnd();
    there.send('0');
    await world.caller.has(ok('00'));
    world.caller.send(get('/1'));
    await there.has(get('/0') + get('/1'));
    there.send(ok('1'));
    await world.caller.ended();
    expect(world.caller.text).toContain(CLOSE);
  });

  it('is told in what is answered here', async () => {
    const world = await aWorld(() => ({ answer: Buffer.from(ok('here')) }));
    world.exchange.announceEnd();
    world.caller.send(get('/'));
    await world.caller.ended();
    expect(world.caller.text).toBe(ok('here').replace('OK\r\n', `OK\r\n${CLOSE}\r\n`));
  });
});

describe('an exchange', () => {
  it('that is ended says the regular end, and is done when the caller is', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.exchange.end();
    await world.caller.ended();
    await there.ended();
    expect(world.exchange.closed).toBe(false);
    world.caller.send(get('/1')).socket.end();
    await done(world);
    expect(world.exchange.closed).toBe(true);
    expect(there.text).toBe(get('/0'));
  });

  it('that is destroyed is gone', async () => {
    const world = await aWorld();
    const there = await answered(world);
    world.exchange.destroy();
    await done(world);
    await there.ended();
  });

  it('knows since when it is idle', async () => {
    const world = await aWorld();
    const begun = world.exchange.idleSince ?? Number.NaN;
    expect(begun).toBeLessThanOrEqual(performance.now());
    world.caller.send(get('/1').slice(0, 10));
    while (world.exchange.idleSince !== undefined) await new Promise((resolve) => setImmediate(resolve));
    expect([world.exchange.isBusy(), world.exchange.isBusy('original')]).toEqual([true, false]);
    world.caller.send(get('/1').slice(10));
    (await world.original.connection()).send(ok('1'));
    await world.caller.has(ok('1'));
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(world.exchange.idleSince).toBeGreaterThan(begun);
  });

  it('begins with a caller that somebody has paused, and may end with its first bytes', async () => {
    const [outer, inner] = await aSocketPair();
    inner.pause();
    const caller = new Peer(outer);
    const answer = Buffer.from(ok('x', 'Connection: close'));
    const exchanged = exchange(socketEndpoint(inner), {
      first: [Buffer.from(get('/'))],
      choose: () => ({ answer }),
      unreadable: () => {
        throw new Error('nothing is unreadable');
      },
    });
    await caller.ended();
    caller.socket.end();
    await new Promise<void>((resolve) => exchanged.whenDone(resolve));

    const [outer2, inner2] = await aSocketPair();
    inner2.pause();
    exchange(socketEndpoint(inner2), {
      choose: () => ({ answer }),
      unreadable: () => {
        throw new Error('nothing is unreadable');
      },
    });
    const second = new Peer(outer2);
    second.send(get('/'));
    await second.ended();
    expect([caller.text, second.text]).toEqual([String(answer), String(answer)]);
  });

  it('begins with what somebody has read already', async () => {
    const [one, two] = [get('/0').slice(0, 9), get('/0').slice(9) + get('/1', MINE)];
    const { caller, original, mine } = await aWorld(undefined, {
      first: [Buffer.from(one), Buffer.from(two)],
    });
    const there = await original.connection();
    await there.has(get('/0'));
    there.send(ok('0'));
    await (await mine.connection()).has(get('/1', MINE));
    await caller.has(ok('0'));
  });
});
