import { describe, expect, it } from 'vitest';
import { aWorld, get, MINE, ok, post, type World } from './world.ts';

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a="b"\r\nok\r\n0\r\nA: b\r\n\r\n';

/** Asks the original something and answers it; gives its end of the connection. */
async function answered({ caller, original }: World, question: string, answer: string) {
  caller.send(question);
  const there = await original.connection();
  await there.includes(question);
  there.send(answer);
  await caller.includes(answer);
  return there;
}

describe('answers', () => {
  it.each([
    ['with a length', get('/'), ok('ok')],
    ['in chunks, with extensions and trailers', get('/'), CHUNKED],
    [
      'to HEAD, with the length of a body that does not come',
      get('/').replace('GET', 'HEAD'),
      ok('').replace('Length: 0', 'Length: 5'),
    ],
    ['without content', get('/'), 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
    ['that nothing has changed', get('/'), 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n'],
    [
      'after interim ones',
      get('/'),
      `HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 x\r\n\r\n${ok('ok')}`,
    ],
    ['without a reason', get('/'), 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
    [
      'of HTTP/1.0 that is kept',
      get('/'),
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    ],
  ])('%s are passed on as they are, and another request can follow', async (_, question, answer) => {
    const world = await aWorld();
    await answered(world, question, answer);
    world.caller.send(get('/next', MINE));
    const here = await world.mine.connection();
    await here.has(get('/next', MINE));
    here.send(ok('next'));
    await world.caller.has(answer + ok('next'));
    expect(world.unreadable).toEqual([]);
  });

  it('come whole when they come byte by byte', async () => {
    const world = await aWorld();
    const { caller, original } = world;
    caller.socket.setNoDelay(true);
    const question =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
    for (const byte of question) {
      caller.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const there = await original.connection();
    await there.has(question);
    for (const byte of CHUNKED) {
      there.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await caller.has(CHUNKED);
    expect(world.exchange.isBusy()).toBe(false);
  });

  it('that end with their connection end the caller’s', async () => {
    const { caller, original } = await aWorld();
    caller.send(get('/') + get('/2', MINE));
    const there = await original.connection();
    await there.has(get('/'));
    there.send('HTTP/1.0 200 OK\r\n\r\nsome').send('thing').socket.end();
    await caller.ended();
    expect(caller.text).toBe('HTTP/1.0 200 OK\r\n\r\nsomething');
    caller.socket.end();
    await caller.closed();
  });

  it.each([
    ['it says so', ok('ok', 'Connection: close'), get('/')],
    ['it is HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', get('/')],
    ['the caller said so', ok('ok'), get('/', 'Connection: close')],
    ['the caller speaks HTTP/1.0', ok('ok'), 'GET / HTTP/1.0\r\n\r\n'],
  ])('are the last ones when %s', async (_, answer, question) => {
    const world = await aWorld();
    const there = await answered(world, question, answer);
    await world.caller.ended();
    await there.ended();
    world.caller.send(get('/too-late'));
    world.caller.socket.end();
    await world.caller.closed();
    expect(world.caller.text).toBe(answer);
    expect(there.text).toBe(question);
    await new Promise<void>((resolve) => world.exchange.whenDone(resolve));
    expect(world.exchange.closed).toBe(true);
  });

  it('to a last request are followed by none, whatever the caller sends', async () => {
    const world = await aWorld();
    const there = await answered(world, get('/0'), ok('0'));
    const last = get('/1', 'Connection: close');
    world.caller.send(last + get('/2'));
    await there.has(get('/0') + last);
    there.send(ok('1'));
    await world.caller.ended();
    await there.ended();
    expect([there.text, world.caller.text]).toEqual([get('/0') + last, ok('0') + ok('1')]);
  });

  it('that are cut short break the caller’s connection', async () => {
    for (const part of [ok('hello').slice(0, -2), 'HTTP/1.1 20', CHUNKED.slice(0, -1)]) {
      const { caller, original } = await aWorld();
      caller.send(get('/'));
      const there = await original.connection();
      await there.includes(get('/'));
      there.send(part).socket.end();
      expect(await caller.broken()).toBe('ECONNRESET');
    }
  });

  it('that come before the request has ended do not end it', async () => {
    const { caller, original, mine, exchange } = await aWorld();
    const question = post('/', 'hello');
    caller.send(question.slice(0, -2));
    const there = await original.connection();
    await there.has(question.slice(0, -2));
    there.send(ok('early'));
    await caller.has(ok('early'));
    expect(exchange.isBusy()).toBe(true);
    caller.send(question.slice(-2) + get('/2', MINE));
    await there.has(question);
    const here = await mine.connection();
    await here.has(get('/2', MINE));
    here.send(ok('two'));
    await caller.has(ok('early') + ok('two'));
  });

  it('that come early are not followed by another one', async () => {
    const { caller, mine, unreadable } = await aWorld();
    caller.send(post('/', 'hello', MINE).slice(0, -2));
    const here = await mine.connection();
    await here.includes('POST');
    here.send(ok('early') + ok('poison'));
    expect(await caller.broken()).toBe('ECONNRESET');
    expect(caller.text).not.toContain('poison');
    expect(unreadable).toEqual(['nobody has asked for it']);
  });

  it('that come early and are the last reach a caller that still sends', async () => {
    const { caller, original } = await aWorld();
    caller.send(post('/', 'x'.repeat(100_000)).slice(0, 50_000));
    const there = await original.connection();
    await there.includes('x');
    const answer = 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    there.send(answer).socket.end();
    await caller.ended();
    caller.send('x'.repeat(10_000));
    caller.socket.end();
    await caller.closed();
    expect([caller.text, caller.error]).toEqual([answer, undefined]);
  });

  it('100 (Continue) lets the body come', async () => {
    const { caller, original } = await aWorld();
    const question = post('/', 'hello', 'Expect: 100-continue');
    caller.send(question.slice(0, -5));
    const there = await original.connection();
    await there.has(question.slice(0, -5));
    there.send('HTTP/1.1 100 Continue\r\n\r\n');
    await caller.has('HTTP/1.1 100 Continue\r\n\r\n');
    caller.send('hello');
    await there.has(question);
    there.send(ok('ok'));
    await caller.has(`HTTP/1.1 100 Continue\r\n\r\n${ok('ok')}`);
  });
});

describe('an answer that cannot be read', () => {
  const BARE_LF = 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok';

  it('of the original makes the connection its own', async () => {
    const world = await aWorld();
    const there = await answered(world, get('/'), BARE_LF);
    world.caller.send(get('/2', MINE));
    await there.has(get('/') + get('/2', MINE));
    there.send('anything');
    await world.caller.has(`${BARE_LF}anything`);
    expect(world.exchange.raw?.key).toBe('original');
    expect(world.unreadable).toHaveLength(1);
    there.socket.end();
    await world.caller.ended();
  });

  it('of another is passed on until its end', async () => {
    const { caller, mine } = await aWorld();
    caller.send(get('/', MINE));
    const here = await mine.connection();
    await here.has(get('/', MINE));
    here.send(BARE_LF);
    await caller.has(BARE_LF);
    here.send(' and more').socket.end();
    await caller.ended();
    expect(caller.text).toBe(`${BARE_LF} and more`);
  });

  it('of another allows no further request', async () => {
    const { caller, mine, original } = await aWorld();
    caller.send(get('/', MINE));
    const here = await mine.connection();
    await here.has(get('/', MINE));
    here.send(BARE_LF);
    await caller.has(BARE_LF);
    caller.send(get('/2'));
    expect(await caller.broken()).toBe('ECONNRESET');
    expect(original.connections).toHaveLength(0);
    expect(here.text).toBe(get('/', MINE));
  });

  it('that nobody has asked for is given to nobody', async () => {
    const { caller, original, mine } = await aWorld();
    caller.send(get('/', MINE));
    const here = await mine.connection();
    await here.has(get('/', MINE));
    here.send(ok('one') + ok('poison'));
    await caller.ended();
    expect(caller.text).toBe(ok('one'));
    expect(original.connections).toHaveLength(0);
  });

  it('that the original gives after its own is what it would be without anybody between', async () => {
    const world = await aWorld();
    const there = await answered(world, get('/'), ok('0'));
    there.send('HTTP/1.1 408 Request Timeout\r\n\r\n').socket.end();
    await world.caller.ended();
    expect(world.caller.text).toBe(`${ok('0')}HTTP/1.1 408 Request Timeout\r\n\r\n`);
  });

  it('that the original gives when another was asked last is given to nobody', async () => {
    const world = await aWorld();
    const there = await answered(world, get('/'), ok('0'));
    world.caller.send(get('/1', MINE));
    const here = await world.mine.connection();
    here.send(ok('1'));
    await world.caller.has(ok('0') + ok('1'));
    there.send(ok('poison'));
    expect(await there.broken()).toBe('ECONNRESET');
    world.caller.send(get('/2'));
    const again = await world.original.connection(1);
    again.send(ok('2'));
    await world.caller.has(ok('0') + ok('1') + ok('2'));
  });

  it('that an idle upstream gives while another one is asked is given to nobody', async () => {
    const world = await aWorld();
    const { caller, original, mine } = world;
    caller.send(get('/', MINE));
    const here = await mine.connection();
    await here.has(get('/', MINE));
    here.send(ok('one'));
    await caller.has(ok('one'));
    caller.send(get('/2'));
    const there = await original.connection();
    await there.has(get('/2'));
    here.send(ok('poison'));
    expect(await here.broken()).toBe('ECONNRESET');
    there.send(ok('two'));
    await caller.has(ok('one') + ok('two'));
  });
});

describe('an upgrade', () => {
  const UPGRADE = get('/ws', MINE, 'Connection: Upgrade', 'Upgrade: websocket');
  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  it('that is accepted gives the connection to its upstream', async () => {
    const { caller, mine, exchange, original } = await aWorld();
    caller.send(`${UPGRADE}early`);
    const here = await mine.connection();
    await here.has(UPGRADE);
    here.send(`${SWITCH}first`);
    await caller.has(`${SWITCH}first`);
    await here.has(`${UPGRADE}early`);
    expect([exchange.isStream(), exchange.isStream('mine'), exchange.isStream('original')]).toEqual([
      true,
      true,
      false,
    ]);
    caller.send(get('/'));
    await here.has(`${UPGRADE}early${get('/')}`);
    here.socket.end('bye');
    await caller.ended();
    caller.socket.end();
    await here.ended();
    expect(original.connections).toHaveLength(0);
  });

  it('lets nothing follow before it is answered', async () => {
    const { caller, mine } = await aWorld();
    caller.send(get('/0', MINE));
    const here = await mine.connection();
    here.send(ok('0'));
    await caller.has(ok('0'));
    caller.send(UPGRADE + get('/2', MINE));
    await here.has(get('/0', MINE) + UPGRADE);
    here.send(ok('no'));
    await here.has(get('/0', MINE) + UPGRADE + get('/2', MINE));
  });

  it('that is refused leaves requests as they are', async () => {
    const { caller, mine, original } = await aWorld();
    caller.send(UPGRADE + get('/2'));
    const here = await mine.connection();
    await here.has(UPGRADE);
    here.send(ok('no'));
    await (await original.connection()).has(get('/2'));
    await caller.has(ok('no'));
  });

  it('that nobody has asked for is not one', async () => {
    const { caller, mine, exchange } = await aWorld();
    caller.send(get('/', MINE));
    const here = await mine.connection();
    await here.has(get('/', MINE));
    here.send(SWITCH);
    await caller.has(SWITCH);
    expect(exchange.raw).toBeUndefined();
    caller.send(get('/2'));
    expect(await caller.broken()).toBe('ECONNRESET');
  });

  it('to HTTP/2 is not offered', async () => {
    const { caller, original } = await aWorld();
    caller.send(
      get(
        '/',
        'upgrade: h2c',
        'Connection:  keep-alive, Upgrade, HTTP2-Settings',
        'HTTP2-Settings: AAM',
        'a:  b',
      ),
    );
    const there = await original.connection();
    await there.has(get('/', 'Connection: keep-alive', 'a:  b'));
    there.send(ok('ok'));
    caller.send(get('/2', 'Upgrade: websocket, h2c', 'Connection: upgrade'));
    await there.includes(get('/2', 'Upgrade: websocket', 'Connection: upgrade'));
  });
});

describe('a stream of events', () => {
  it('is one until it ends', async () => {
    const world = await aWorld();
    const there = await answered(
      world,
      get('/'),
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; a=b\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    expect([
      world.exchange.isStream(),
      world.exchange.isStream('original'),
      world.exchange.isStream('mine'),
    ]).toEqual([true, true, false]);
    there.send('0\r\n\r\n');
    await world.caller.includes('0\r\n\r\n');
    expect(world.exchange.isStream()).toBe(false);
  });
});
