import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Filter } from '../../../src/match/index.ts';
import { answerTo, aPool, ask, ofUser, portOf, SharedPort } from './shared-port.ts';

const ann = { 'x-user': 'ann' };
const bob = { 'x-user': 'bob' };

it('each request goes to whoever asked for it, the rest to the original, over one kept connection', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'))).come();
  await (await port.session('bob', ofUser('bob'))).come();
  const agent = aPool(1);
  const answers = [];
  for (const headers of [{}, ann, bob, ann, { 'x-user': 'anna' }, {}])
    answers.push(await ask(port.agentPort, headers, { agent }));
  expect(answers).toEqual(['original', 'ann', 'bob', 'ann', 'original', 'original']);
});

it('what nobody asked for goes to the claim of the whole port, and probes to the original', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'), ['kube-probe/*'])).come();
  const carl = await port.session('carl', undefined, ['kube-probe/*']);
  await carl.come();
  const probe = { 'user-agent': 'kube-probe/1.34' };
  const answers = [];
  for (const headers of [{}, ann, probe, { ...probe, ...ann }])
    answers.push(await ask(port.agentPort, headers));
  expect(answers).toEqual(['carl', 'ann', 'original', 'original']);
  await carl.go();
  expect(await ask(port.agentPort, {})).toBe('original');
});

it('the claim whose alternative asks most of a request gets it, whatever is older', async () => {
  const port = await SharedPort.open();
  const both: Filter = {
    match: [
      [
        { of: 'header', name: 'x-user', test: { kind: 'exact', text: 'ann' } },
        { of: 'path', anyOf: [{ kind: 'below', text: '/items' }] },
      ],
    ],
    except: [[{ of: 'path', anyOf: [{ kind: 'exact', text: '/items/none' }] }]],
  };
  await (await port.session('ann', ofUser('ann'))).come();
  await (await port.session('bob', both)).come();
  const answers = [];
  for (const path of ['/', '/items/1', '/items/none']) answers.push(await ask(port.agentPort, ann, { path }));
  expect(answers).toEqual(['ann', 'bob', 'ann']);
});

it('two claims of which nothing says who gets a request are a conflict, which names the owner', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'))).come();
  await expect((await port.session('bob', ofUser('ann'))).come()).rejects.toThrow('held by ann');
  await (await port.session('carl')).come();
  await expect((await port.session('dora')).come()).rejects.toThrow('held by carl');
});

it('whoever shares a port hears of the other', async () => {
  const port = await SharedPort.open();
  const [one, two] = [await port.session('ann', ofUser('ann')), await port.session('bob', ofUser('bob'))];
  const carl = await port.session('carl');
  for (const session of [one, two, carl]) await session.come();
  const sharedWith = (told: typeof carl.told) =>
    told.flatMap((event) => (event.type === 'shared' ? [event.with.owner.user] : []));
  expect(sharedWith(carl.told)).toEqual(['ann', 'bob']);
  expect(sharedWith(one.told)).toEqual(['carl']);
});

it('kept connections that went unread to the whole port are read when somebody asks for some of it', async () => {
  const port = await SharedPort.open();
  await (await port.session('carl')).come();
  const agent = aPool(1);
  expect(await ask(port.agentPort, ann, { agent })).toBe('carl');
  await (await port.session('ann', ofUser('ann'))).come();
  expect(await ask(port.agentPort, ann, { agent })).toBe('ann');
  expect(await ask(port.agentPort, bob, { agent })).toBe('carl');
});

it('answers taken by a filter are not cached, and those that the service leaves to the original are asked there', async () => {
  const port = await SharedPort.open();
  const session = await port.session('ann', ofUser('ann'));
  Object.assign(session.terms, { passOn: [404] });
  await session.come();
  expect((await answerTo(port.agentPort, ann)).headers['cache-control']).toBe('no-store');
  expect((await answerTo(port.agentPort, bob)).headers['cache-control']).toBeUndefined();
  expect(await ask(port.agentPort, ann, { path: '/missing' })).toBe('original');
});

it('a link marks a browser, whose requests then come, and passes the mark along', async () => {
  const port = await SharedPort.open();
  const mark: Filter = { match: [[{ of: 'mark', name: 'ann' }]], except: [] };
  await (await port.session('ann', mark)).come();
  const answer = await answerTo(port.agentPort, {}, '/items?a=1&gefyra-devenv=ann');
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/items?a=1']);
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^gefyra-devenv=ann;/);
  expect(await ask(port.agentPort, { cookie: cookie.split(';')[0] ?? '' })).toBe('ann');
  expect(await ask(port.agentPort, {}, { path: '/items?gefyra-devenv=nobody' })).toBe('original');
});

it('what cannot be read goes as it is to the whole port, else to the original', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'))).come();
  const socket = connect(port.agentPort, '127.0.0.1').on('error', () => {});
  socket.write('\x16\x03\x01 hello\r\n');
  // The original of these tests speaks HTTP and says so.
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
});

it('a protocol of its own goes to the whole port, else to the original, and its connection ends with the claim', async () => {
  const port = await SharedPort.open();
  const shout = createServer((socket) =>
    socket.on('data', (text) => socket.write(String(text).toUpperCase())),
  );
  const whole = await port.session('carl', undefined, ['kube-probe/*']);
  Object.assign(whole.terms, { to: await portOf(shout) });
  await whole.come();
  const socket = connect(port.agentPort, '127.0.0.1').on('error', () => {});
  socket.write('ping\r\n');
  expect(String((await once(socket, 'data'))[0])).toBe('PING\r\n');
  socket.write('pong\r\n');
  expect(String((await once(socket, 'data'))[0])).toBe('PONG\r\n');
  const ended = once(socket, 'end');
  expect(await whole.go()).toEqual([]);
  await ended;
});

it('a server that speaks first is heard, and one that waits for its caller is given what comes late', async () => {
  const port = await SharedPort.open();
  const greeter = await portOf(createServer((socket) => socket.on('error', () => {}).end('220 ready\r\n')));
  const session = await port.session('ann', ofUser('ann'));
  await session.come();
  for (const [user, answered] of [
    ['ann', 'ann'],
    ['bob', 'original'],
  ]) {
    const late = connect(port.agentPort, '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 400));
    late.write(`GET / HTTP/1.1\r\nHost: x\r\nX-User: ${user}\r\nConnection: close\r\n\r\n`);
    expect(await text(late)).toMatch(new RegExp(`${answered}\\s*(0\\s*)?$`));
  }
  const { claims } = port;
  const listener = createServer({ allowHalfOpen: true }, (socket) =>
    claims.connection(
      socket.on('error', () => {}),
      { host: '127.0.0.1', port: greeter },
    ),
  );
  const other = await port.session('bob', ofUser('bob'));
  Object.assign(other.terms, { port: greeter });
  await other.come();
  expect(await text(connect(await portOf(listener), '127.0.0.1'))).toBe('220 ready\r\n');
});

it('what was opened to the original for a silent caller is not kept when its requests go elsewhere', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'))).come();
  const late = connect(port.agentPort, '127.0.0.1').on('error', () => {});
  await expect.poll(() => port.originalConnections()).toBe(1);
  late.write('GET / HTTP/1.1\r\nHost: x\r\nX-User: ann\r\n\r\n');
  await once(late, 'data');
  await expect.poll(() => port.originalConnections()).toBe(0);
  late.destroy();
});

it('a silent caller of an original that is not there is let go of, and nothing else happens', async () => {
  const port = await SharedPort.open();
  await (await port.session('ann', ofUser('ann'))).come();
  await port.closeOriginal();
  const silent = connect({ port: port.agentPort, host: '127.0.0.1' });
  silent.on('error', () => {});
  await new Promise((resolve) => silent.once('close', resolve));
});

it('requests in flight end before a claim is given back, and those that do not are cut off and told', async () => {
  const port = await SharedPort.open();
  const session = await port.session('ann', ofUser('ann'));
  await session.come();
  const slow = ask(port.agentPort, ann, { path: '/?ms=300' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await session.go()).toEqual([]);
  expect(await slow).toBe('ann');
});
