import { describe, expect, it } from 'vitest';
import type { Route } from '../../../src/exchange/index.ts';
import { aWorld, get, MINE, ok, post } from './world.ts';

describe('a request whose upstream refuses the connection', () => {
  it.each([
    ['without body', get('/', MINE)],
    ['with a body', post('/', 'x'.repeat(50_000), MINE)],
    ['with a long body', post('/', 'x'.repeat(1_000_000), MINE)],
  ])('goes to the other upstream: one %s', async (_, question) => {
    const { caller, original, mine, exchange } = await aWorld();
    mine.mode = 'later';
    caller.send(question);
    await (await mine.connection()).includes(question.slice(0, 50_000));
    expect(exchange.isBusy('mine')).toBe(true);
    mine.decide(false);
    const there = await original.connection();
    await there.has(question);
    there.send(ok('ok'));
    await caller.has(ok('ok'));
    expect(original.connections).toHaveLength(1);
    expect(await (await mine.connection()).broken()).toBe('ECONNRESET');
  });

  it('goes there at once when there is no way at all', async () => {
    const { caller, original, mine } = await aWorld();
    mine.mode = 'refused';
    caller.send(get('/', MINE) + get('/2', MINE) + get('/3'));
    const there = await original.connection();
    await there.has(get('/', MINE));
    there.send(ok('1'));
    await there.has(get('/', MINE) + get('/2', MINE) + get('/3'));
    there.send(ok('2') + ok('3'));
    await caller.has(ok('1') + ok('2') + ok('3'));
  });

  it('uses the connection that is open there', async () => {
    const { caller, original, mine } = await aWorld();
    mine.mode = 'refused';
    caller.send(get('/0'));
    const there = await original.connection();
    there.send(ok('0'));
    await caller.has(ok('0'));
    caller.send(post('/1', 'hello', MINE));
    await there.has(get('/0') + post('/1', 'hello', MINE));
  });

  it('keeps 64 KiB, and holds the caller back', async () => {
    const { caller, mine } = await aWorld();
    mine.mode = 'later';
    const question = post('/', 'x'.repeat(30_000_000), MINE);
    caller.send(question);
    const here = await mine.connection();
    let before = -1;
    for (let same = 0; same < 20; same = here.text.length === before ? same + 1 : 0) {
      before = here.text.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(here.text.length).toBeGreaterThanOrEqual(64 * 1024);
    expect(here.text.length).toBeLessThan(256 * 1024);
    mine.decide(true);
    await here.has(question);
  });

  it('breaks the caller’s connection when there is no other one', async () => {
    const { caller, original } = await aWorld();
    original.mode = 'refused';
    caller.send(get('/'));
    expect(await caller.broken()).toBe('ECONNRESET');
  });

  it('breaks it when the other one refuses, too', async () => {
    const { caller, original, mine } = await aWorld();
    mine.mode = original.mode = 'refused';
    caller.send(get('/', MINE));
    expect(await caller.broken()).toBe('ECONNRESET');
  });

  it('breaks it when nobody takes what cannot be read', async () => {
    const { caller, original } = await aWorld();
    original.mode = 'refused';
    caller.send('\x16\x03');
    expect(await caller.broken()).toBe('ECONNRESET');
  });

  it('goes there with the end of the caller, if that has come', async () => {
    const { caller, original, mine } = await aWorld();
    mine.mode = 'later';
    caller.send(get('/', MINE)).socket.end();
    await (await mine.connection()).ended();
    mine.decide(false);
    const there = await original.connection();
    await there.ended();
    there.send(ok('ok'));
    await caller.ended();
    expect([there.text, caller.text]).toEqual([get('/', MINE), ok('ok')]);
  });

  it('never goes anywhere else once it was accepted', async () => {
    for (const question of [get('/', MINE), post('/', 'a', MINE)]) {
      const { caller, original, mine } = await aWorld();
      caller.send(question);
      const here = await mine.connection();
      await here.has(question);
      here.socket.end();
      expect(await caller.broken()).toBe('ECONNRESET');
      expect([original.connections.length, mine.connections.length]).toEqual([0, 1]);
    }
  });
});

describe('a kept connection that turns out closed', () => {
  /** A world in which `mine` has answered a request, and closes its connection as soon as the next one comes. */
  async function closing(isReset: boolean, ...questions: string[]) {
    const world = await aWorld();
    const { caller, mine } = world;
    caller.send(get('/0', MINE));
    const here = await mine.connection();
    await here.has(get('/0', MINE));
    here.send(ok('0'));
    await caller.has(ok('0'));
    here.socket.once('data', () => (isReset ? here.socket.resetAndDestroy() : here.socket.end()));
    caller.send(questions.join(''));
    return world;
  }

  it.each([
    [get('/1', MINE)],
    [get('/1', MINE).replace('GET', 'HEAD')],
    [get('/1', MINE).replace('GET', 'OPTIONS')],
    [get('/1', MINE), get('/2', MINE)],
  ])('is replaced by a fresh one, once, for what does no harm', async (...questions) => {
    for (const isReset of [true, false]) {
      const { caller, mine, original } = await closing(isReset, ...questions);
      const again = await mine.connection(1);
      await again.has(questions.join(''));
      again.send(questions.map(() => 'HTTP/1.1 204 x\r\n\r\n').join(''));
      await caller.has(ok('0') + questions.map(() => 'HTTP/1.1 204 x\r\n\r\n').join(''));
      caller.send(get('/last', MINE));
      await again.has(questions.join('') + get('/last', MINE));
      expect([original.connections.length, mine.connections.length]).toEqual([0, 2]);
    }
  });

  it.each([
    ['a POST', post('/1', '', MINE)],
    ['a GET with a body', post('/1', 'hello', MINE).replace('POST', 'GET')],
    ['one among others', get('/1', MINE), post('/2', 'a', MINE)],
    ['a DELETE', get('/1', MINE).replace('GET', 'DELETE')],
  ])('breaks the caller’s connection otherwise: %s', async (_, ...questions) => {
    const { caller, mine, original } = await closing(true, ...questions);
    expect(await caller.broken()).toBe('ECONNRESET');
    expect([original.connections.length, mine.connections.length]).toEqual([0, 1]);
  });

  it('is not replaced a second time', async () => {
    const { caller, mine } = await closing(true, get('/1', MINE));
    const again = await mine.connection(1);
    await again.has(get('/1', MINE));
    again.socket.end();
    expect(await caller.broken()).toBe('ECONNRESET');
    expect(mine.connections).toHaveLength(2);
  });

  it('is not replaced a second time for what is still in flight', async () => {
    const { caller, mine } = await closing(true, get('/1', MINE), get('/2', MINE));
    const again = await mine.connection(1);
    await again.has(get('/1', MINE) + get('/2', MINE));
    again.send(ok('1'));
    await caller.has(ok('0') + ok('1'));
    again.socket.end();
    expect(await caller.broken()).toBe('ECONNRESET');
    expect(mine.connections).toHaveLength(2);
  });

  it('is not replaced when something of an answer has come', async () => {
    for (const begun of ['H', 'HTTP/1.1 103 Hints\r\n\r\n']) {
      const world = await aWorld();
      world.caller.send(get('/0', MINE));
      const here = await world.mine.connection();
      here.send(ok('0'));
      await world.caller.has(ok('0'));
      world.caller.send(get('/1', MINE));
      await here.has(get('/0', MINE) + get('/1', MINE));
      here.send(begun).socket.end();
      expect(await world.caller.broken()).toBe('ECONNRESET');
      expect(world.mine.connections).toHaveLength(1);
    }
  });

  it('leads to the other upstream when the fresh one is refused', async () => {
    const { caller, mine, original } = await aWorld();
    caller.send(get('/0', MINE));
    const here = await mine.connection();
    here.send(ok('0'));
    await caller.has(ok('0'));
    here.socket.once('data', () => here.socket.resetAndDestroy());
    mine.mode = 'refused';
    caller.send(get('/1', MINE));
    const there = await original.connection();
    await there.has(get('/1', MINE));
    there.send(ok('1'));
    await caller.has(ok('0') + ok('1'));
  });
});

describe('a status that is passed on', () => {
  const MISSING = 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone';

  function passing() {
    return aWorld((head, { mine, original }) =>
      head.fields.some(({ name }) => name === 'X-Mine')
        ? { to: mine, otherwise: original, passOn: [404], noStore: true }
        : undefined,
    );
  }

  it('makes the other upstream answer', async () => {
    const { caller, mine, original } = await passing();
    caller.send(get('/1', MINE) + get('/2', MINE) + get('/3'));
    const here = await mine.connection();
    await here.has(get('/1', MINE));
    here.send(MISSING);
    const there = await original.connection();
    await there.has(get('/1', MINE));
    there.send(ok('1'));
    await here.has(get('/1', MINE) + get('/2', MINE));
    here.send(ok('2'));
    await there.has(get('/1', MINE) + get('/3'));
    there.send(ok('3'));
    await caller.has(ok('1', 'Cache-Control: no-store') + ok('2', 'Cache-Control: no-store') + ok('3'));
    expect(mine.connections).toHaveLength(1);
  });

  it('does so whatever else the answer is', async () => {
    for (const answer of [
      MISSING.slice(0, -1),
      MISSING.replace('\r\n', '\r\nConnection: close\r\n'),
      'HTTP/1.1 404 x\r\n\r\nuntil close',
    ]) {
      const { caller, mine, original } = await passing();
      caller.send(get('/1', MINE));
      const here = await mine.connection();
      await here.has(get('/1', MINE));
      here.send(answer);
      const there = await original.connection();
      await there.has(get('/1', MINE));
      there.send(ok('1'));
      await caller.includes(ok('1', 'Cache-Control: no-store'));
      // What is left of the answer is waited for by nobody.
      caller.send(get('/2', MINE));
      await (await mine.connection(1)).has(get('/2', MINE));
    }
  });

  it('is the answer to a request that may not be repeated, and the original’s own', async () => {
    const { caller, mine, original } = await passing();
    caller.send(post('/1', 'a', MINE));
    const here = await mine.connection();
    await here.has(post('/1', 'a', MINE));
    here.send(MISSING);
    await caller.includes('404');
    caller.send(get('/2', MINE));
    await here.includes('/2');
    here.send(MISSING);
    const there = await original.connection();
    await there.includes('/2');
    there.send(MISSING);
    await caller.includes('none\r\n'.slice(0, 4));
    expect(original.connections).toHaveLength(1);
  });
});

describe('a route', () => {
  it('adds headers to the request, wherever it goes in the end', async () => {
    const add: Route['add'] = [{ name: 'baggage', value: 'gefyra-devenv=ann' }];
    const { caller, mine, original } = await aWorld((_, world) => ({
      to: world.mine,
      otherwise: world.original,
      add,
    }));
    mine.mode = 'refused';
    caller.send(post('/', 'body', 'Baggage: a=b'));
    const there = await original.connection();
    const [head = '', body] = post('/', 'body', 'Baggage: a=b').split('\r\n\r\n');
    await there.has(`${head}\r\nbaggage: gefyra-devenv=ann\r\n\r\n${body}`);
    there.send(ok('ok'));
    await caller.has(ok('ok'));
  });

  it('makes answers of which no cache keeps anything', async () => {
    const { caller, mine } = await aWorld((_, world) => ({ to: world.mine, noStore: true }));
    caller.send(get('/'));
    const here = await mine.connection();
    here.send(
      `HTTP/1.1 103 x\r\ncache-control: a\r\n\r\n${ok('ok', 'Cache-control: max-age=5', 'ETag:  a', 'cache-Control:b')}`,
    );
    await caller.has(
      `HTTP/1.1 103 x\r\ncache-control: a\r\n\r\n${ok('ok', 'ETag:  a', 'Cache-Control: no-store')}`,
    );
  });
});

describe('an answer that is given here', () => {
  const ANSWER = Buffer.from('HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 2\r\n\r\nok');

  function here(answer = ANSWER) {
    return aWorld((head) => (head.target === '/here' ? { answer } : undefined));
  }

  it('comes in its turn, and other requests follow', async () => {
    const { caller, original } = await here();
    caller.send(get('/0') + post('/here', 'hello') + get('/here') + get('/1'));
    const there = await original.connection();
    await there.has(get('/0'));
    expect(caller.text).toBe('');
    there.send(ok('0'));
    await caller.has(ok('0') + ANSWER + ANSWER);
    await there.has(get('/0') + get('/1'));
    there.send(ok('1'));
    await caller.has(ok('0') + ANSWER + ANSWER + ok('1'));
  });

  it('has no body when only its head was asked for', async () => {
    const { caller } = await here();
    caller.send(get('/here').replace('GET', 'HEAD') + get('/here'));
    await caller.has(ANSWER.toString().slice(0, -2) + ANSWER);
  });

  it('is the last one when it, or the request, says so', async () => {
    const closing = Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall');
    for (const [answer, question] of [
      [closing, get('/here')],
      [ANSWER, get('/here', 'Connection: close')],
      [ANSWER, post('/here', 'hello', 'Connection: close')],
    ] as const) {
      const { caller } = await here(answer);
      caller.send(question);
      await caller.ended();
      expect(caller.text).toBe(String(answer));
    }
  });

  it('is given to any number of requests without more memory for them', async () => {
    const { caller } = await here();
    caller.socket.pause();
    const some = Buffer.from(get('/here').repeat(1000));
    let sent = 0;
    const more = () => {
      while (!caller.socket.writableNeedDrain && sent < 4000) {
        sent += 1;
        caller.socket.write(some);
      }
    };
    caller.socket.on('drain', more);
    more();
    let before = -1;
    for (let same = 0; same < 20; same = before === sent ? same + 1 : 0) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(sent).toBeLessThan(1000);
  });
});

it('what is chosen for a request that had to wait is asked again', async () => {
  let isThere = true;
  const { caller, original, mine } = await aWorld((head, world) =>
    head.target === '/1' ? { to: isThere ? world.mine : world.original } : undefined,
  );
  caller.send(get('/0') + get('/1'));
  const there = await original.connection();
  await there.has(get('/0'));
  isThere = false;
  there.send(ok('0'));
  await there.has(get('/0') + get('/1'));
  expect(mine.connections).toHaveLength(0);
});
