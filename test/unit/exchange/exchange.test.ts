import { describe, expect, it } from 'vitest';
import { aWorld, get, MINE, ok, post } from './world.ts';

describe('requests of one caller', () => {
  it('go each to its upstream on a kept connection, and bytes pass as they are', async () => {
    const { caller, original, mine, exchange } = await aWorld();
    const first = 'GET /a?b=[1] HTTP/1.1\r\nhOST:  a \r\nX-a: 1\r\nx-A:\t2\r\n\r\n';
    caller.send(first);
    const there = await original.connection();
    await there.has(first);
    expect(exchange.isBusy('original')).toBe(true);
    expect(exchange.idleSince).toBeUndefined();
    there.send(ok('one'));
    await caller.has(ok('one'));
    expect(exchange.isBusy()).toBe(false);
    expect(exchange.idleSince).toBeLessThanOrEqual(performance.now());
    const second = post('/b', 'hello', MINE);
    caller.send(second);
    const here = await mine.connection();
    await here.has(second);
    here.send(ok('two'));
    await caller.has(ok('one') + ok('two'));
    caller.send(get('/c'));
    await there.has(first + get('/c'));
    there.send(ok('three'));
    await caller.has(ok('one') + ok('two') + ok('three'));
    expect([original.connections.length, mine.connections.length]).toEqual([1, 1]);
  });

  it('for the same upstream pass at once, those for another wait until all before are answered', async () => {
    const { caller, original, mine } = await aWorld();
    caller.send(get('/0'));
    const there = await original.connection();
    await there.has(get('/0'));
    caller.send(get('/1') + get('/2') + get('/3', MINE) + get('/4'));
    await there.has(get('/0') + get('/1') + get('/2'));
    there.send(ok('0') + ok('1'));
    await caller.has(ok('0') + ok('1'));
    expect(mine.connections).toHaveLength(0);
    there.send(ok('2'));
    const here = await mine.connection();
    await here.has(get('/3', MINE));
    expect(there.text).not.toContain('/4');
    here.send(ok('3'));
    await there.has(get('/0') + get('/1') + get('/2') + get('/4'));
    there.send(ok('4'));
    await caller.has(ok('0') + ok('1') + ok('2') + ok('3') + ok('4'));
  });
});
