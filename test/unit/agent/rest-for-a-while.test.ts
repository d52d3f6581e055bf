import { once } from 'node:events';
import { Agent, createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Claimant } from '../../../src/agent/claim.ts';
import { Claims } from '../../../src/agent/claims.ts';
import { serveInbound } from '../../../src/gateway/inbound.ts';
import { openTunnel, serveTunnel } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function answering(word: string): Promise<number> {
  const server = createHttpServer((request, response) => {
    const answer = () => response.end(word);
    if (request.url === '/slow') setTimeout(answer, 400);
    else answer();
  });
  server.keepAliveTimeout = 60_000;
  return portOf(server);
}

/** Callers reach an agent, which has a claim of a session whose service answers. */
async function aBridgedPort() {
  const [original, service] = [await answering('original'), await answering('service')];
  const [left, right] = await aSocketPair();
  const ports = { isBridged: () => true, refused: () => {}, listens: async () => true };
  serveTunnel(right, (incoming) => serveInbound(incoming, ports));
  const tunnel = openTunnel(left);
  onTestFinished(() => tunnel.destroy());
  const drainOriginal = async () => {};
  const claims = new Claims({
    start: async () => {},
    stop: async () => {},
    drainOriginal,
    isListenedOn: async () => true,
  });
  const claimant: Claimant = {
    id: 'session',
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
    liveTunnel: () => tunnel,
    isSilent: () => false,
    send: () => {},
  };
  claims.claim(claimant, { port: original, tunnel: 'app', to: service, probes: [] });
  const key = { port: original, tunnel: 'app' };
  await claims.resume(claimant, key);
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    claims.connection(socket, { host: '127.0.0.1', port: original });
  });
  return { claims, claimant, key, agent: await portOf(listener) };
}

function ask(port: number, agent: Agent | false, path: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', agent, path }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve(body);
    });
    request.on('error', (error) => resolve(`${path} ${error.message}`));
  });
}

it('no request is lost while a port rests for a while, again and again', async () => {
  const { claims, claimant, key, agent } = await aBridgedPort();
  const over = new AbortController();
  const answers = new Map<string, number>();
  const load = async (connections: Agent | false, path: string, everyMs: number) => {
    while (!over.signal.aborted) {
      const answer = await ask(agent, connections, path);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await pause(everyMs);
    }
  };
  const kept = Array.from({ length: 6 }, () => new Agent({ keepAlive: true, maxSockets: 2 }));
  const loads = [
    load(false, '/', 10),
    load(false, '/slow', 10),
    ...kept.flatMap((connections) => [load(connections, '/', 7), load(connections, '/', 13)]),
    ...kept.slice(0, 2).map((connections) => load(connections, '/slow', 1)),
  ];
  for (let times = 0; times < 12; times += 1) {
    await pause(150);
    expect(await claims.restForAWhile(claimant, key, 5000)).toEqual([]);
    await pause(50);
    await claims.resume(claimant, key);
  }
  over.abort();
  await Promise.all(loads);
  for (const connections of kept) connections.destroy();
  expect([...answers.keys()].sort()).toEqual(['original', 'service']);
}, 60_000);
