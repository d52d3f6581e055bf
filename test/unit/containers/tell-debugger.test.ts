import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { debuggerAnswers } from '../../../src/containers/debugger-answer.ts';
import { tellDebugger } from '../../../src/containers/tell-debugger.ts';
import type { Event } from '../../../src/model/event.ts';
import { namespaceOwner } from '../../../src/model/identity.ts';
import type { DebuggerType } from '../../../src/model/workspace.ts';
import { aContainerSpec } from '../../builders/container-spec.ts';
import { FakeEngine } from '../../fakes/index.ts';
import { letTimeFly, pass, until } from '../live/flying-clock.ts';

const TITLES = '  sl  local_address rem_address   st';

async function listeningOn(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What speaks first. */
const speaking = (words: string) => createServer((socket) => socket.on('error', () => {}).write(words));

/** A service whose container runs beside an owner of its network namespace, in which something listens, or nothing. */
async function aDebugged(type: DebuggerType, port: number) {
  const engine = new FakeEngine();
  engine.addImage('shop:dev');
  const owner = await engine.createContainer(aContainerSpec({ name: namespaceOwner('shop', 'app') }));
  await engine.startUnit(owner);
  const id = await engine.createContainer(aContainerSpec({ name: 'gefyra-shop.app' }));
  await engine.startUnit(id);
  let listens: readonly string[] = [];
  engine.answerExec(async (_, { output }) => {
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const lines = listens.map((address) => `   0: ${address}:${hex} 00000000:0000 0A`);
    output.write([TITLES, ...lines, TITLES, ''].join('\n'));
    return 0;
  });
  onTestFinished(letTimeFly());
  const events: Event[] = [];
  const debug = { type, port, wait: false, command: undefined };
  const ended = tellDebugger(
    { name: 'app', debug },
    id,
    { runner: engine, project: 'shop', report: (event) => events.push(event) },
    new AbortController().signal,
  );
  const told = () => events.map((event) => (event.type === 'state' ? `${event.state}: ${event.reason}` : ''));
  return { engine, id, ended, told, listenAt: (...addresses: string[]) => (listens = addresses) };
}

describe('a debugger', () => {
  it('is up when it answers, and not when its container runs', async () => {
    const port = await listeningOn(speaking('Content-Length: 2\r\n\r\n{}'));
    const { ended, told, listenAt } = await aDebugged('debugpy', port);
    await pass(5000);
    expect(told()).toEqual([]);
    listenAt('00000000');
    await ended;
    expect(told()).toEqual([
      `up: debugpy on 127.0.0.1:${port}; \`devenv debug-config\` tells it to an editor`,
    ]);
  });

  it('that does not come is told with what is seen, and told when it comes', async () => {
    const port = await listeningOn(speaking('Content-Length: 2\r\n\r\n{}'));
    const { ended, told, listenAt } = await aDebugged('debugpy', port);
    await until(() => (told().length > 0 ? undefined : 'nothing is told'), 30_000);
    listenAt('0100007F');
    await until(() => (told().length > 1 ? undefined : 'it is not told'), 30_000);
    expect(told()).toEqual([
      `waiting: nothing listens on ${port} in the container`,
      expect.stringMatching(/does so at 127\.0\.0\.1 there, .*: let it listen at 0\.0\.0\.0/),
    ]);
    listenAt('00000000');
    await ended;
    expect(told().at(-1)).toMatch(/^up: /);
  });

  it('whose container ends is told no more', async () => {
    const { engine, id, ended, told } = await aDebugged('generic', 5005);
    engine.kill(id);
    await ended;
    expect(told()).toEqual([]);
  });
});

describe('what answers as a debugger', () => {
  it('is not another program that listens where that of node should', async () => {
    const port = await listeningOn(speaking('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await debuggerAnswers({ type: 'node', port, wait: false })).toBe(false);
  });

  it.each([
    [200, true],
    [404, false],
  ])('node by HTTP, with status %i', async (status, answers) => {
    const server = createHttpServer((request, response) => {
      response.writeHead(request.url === '/json/version' ? status : 500).end('{}');
    });
    expect(await debuggerAnswers({ type: 'node', port: await listeningOn(server), wait: false })).toBe(
      answers,
    );
  });

  /** A server that answers some words, and says nothing to others. */
  const answering = (words: string, answer: string) =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => String(data).includes(words) && socket.write(answer));
    });

  it.each([
    ['{"id":1,"result":{"DelveVersion":"1.27.2","APIVersion":2},"error":null}\n', true],
    ['{"error":"unknown method"}\n'.padEnd(5000), false],
  ])('go by its version: %s', async (answer, answers) => {
    const port = await listeningOn(answering('RPCServer.GetVersion', answer));
    expect(await debuggerAnswers({ type: 'go', port, wait: true })).toBe(answers);
  });

  it.each([
    ['JDWP-Handshake', true],
    ['SSH-2.0-OpenSSH_9.2\r\n'.padEnd(5000), false],
  ])('java by its greeting: %s', async (answer, answers) => {
    const port = await listeningOn(answering('JDWP-Handshake', answer));
    expect(await debuggerAnswers({ type: 'java', port, wait: false })).toBe(answers);
  });

  it('java is not greeted where it waits for a debugger: it would go on', async () => {
    let calls = 0;
    const port = await listeningOn(createServer(() => (calls += 1)));
    expect(await debuggerAnswers({ type: 'java', port, wait: true })).toBe(true);
    expect(calls).toBe(0);
  });

  it.each(['debugpy', 'generic'] as const)(
    'is not spoken to where an editor could not come meanwhile, or would be taken for one: %s',
    async (type) => {
      let calls = 0;
      const port = await listeningOn(createServer(() => (calls += 1)));
      expect(await debuggerAnswers({ type, port, wait: false })).toBe(true);
      expect(calls).toBe(0);
    },
  );
});
