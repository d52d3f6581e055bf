import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Claimant } from '../../../src/agent/claim.ts';
import { Claims } from '../../../src/agent/claims.ts';
import { serveInbound } from '../../../src/gateway/inbound.ts';
import { ListeningWatch } from '../../../src/gateway/listening.ts';
import { listeningPorts } from '../../../src/netfilter/index.ts';
import { openTunnel, serveTunnel } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';
import { aPool, ask, portOf } from './shared-port.ts';

/** It answers what it has read before it ends. */
const PROGRAM = `
  const server = require('node:http').createServer((request, answer) => request.resume().on('end', () => answer.end('service')));
  server.listen(Number(process.argv[1]), '127.0.0.1');
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
`;

/** A program that serves HTTP on a port, and is killed and started anew on request. */
class Program {
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
    onTestFinished(() => void this.#child?.kill('SIGKILL'));
  }

  async start(): Promise<void> {
    this.#child = spawn(process.execPath, ['-e', PROGRAM, String(this.#port)], { stdio: 'ignore' });
    while (!(await listeningPorts()).has(this.#port)) await pause(10);
  }

  async restart(): Promise<void> {
    const ended = this.#child && once(this.#child, 'exit');
    this.#child?.kill('SIGTERM');
    await ended;
    await this.start();
  }
}

/** Callers reach an agent, which has a claim of a session whose service is a program. */
async function aBridge(to: number) {
  const original = createServer((socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\noriginal'),
  );
  const port = await portOf(original);
  const claims = new Claims({
    start: async () => {},
    stop: async () => {},
    drainOriginal: async () => {},
    isListenedOn: async () => true,
  });
  const [left, right] = await aSocketPair();
  const key = { port, tunnel: 'app' };
  const watch = new ListeningWatch(listeningPorts, (_, listens) => {
    void (listens ? claims.resume(claimant, key) : claims.rest(claimant, { ...key, away: true }));
  });
  onTestFinished(() => watch.close());
  const ports = {
    isBridged: () => true,
    refused: (which: number) => watch.refused(which),
    listens: async (which: number) => (await listeningPorts()).has(which),
  };
  serveTunnel(right, (incoming) => serveInbound(incoming, ports));
  const tunnel = openTunnel(left);
  onTestFinished(() => tunnel.destroy());
  const claimant: Claimant = {
    id: 'session',
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
    liveTunnel: () => tunnel,
    isSilent: () => false,
    send: () => {},
  };
  claims.claim(claimant, { ...key, to, probes: [], fallback: { kind: 'wait', ms: 30_000 } });
  await watch.watch([to]);
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    claims.connection(socket, { host: '127.0.0.1', port });
  });
  return portOf(listener);
}

/** A request whose body comes a moment after its head; resolves to the answer's last word, or what went wrong. */
async function post(port: number): Promise<string> {
  const caller = connect({ port, host: '127.0.0.1' });
  const head = 'POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10000\r\n\r\n';
  caller.write(head);
  setTimeout(() => caller.write(Buffer.alloc(10_000)), 2);
  try {
    return /service|original/.exec(await text(caller))?.[0] ?? 'no answer';
  } catch (error) {
    return String(error);
  }
}

it('no new connection is lost, and nothing comes to the original, while a program restarts again and again', async () => {
  const free = createServer();
  const port = await portOf(free);
  await new Promise((resolve) => free.close(resolve));
  const program = new Program(port);
  await program.start();
  const agent = await aBridge(port);
  const answers = { new: new Set<string>(), posts: new Set<string>(), kept: new Set<string>() };
  let isOver = false;
  const load = async (seen: Set<string>, everyMs: number, request: () => Promise<string>) => {
    const asked: Promise<unknown>[] = [];
    while (!isOver) {
      asked.push(request().then((by) => seen.add(by)));
      await pause(everyMs);
    }
    await Promise.all(asked);
  };
  const pool = aPool(4);
  const loads = [
    load(answers.new, 10, () => ask(agent, {})),
    load(answers.posts, 10, () => post(agent)),
    load(answers.kept, 50, () => ask(agent, {}, { agent: pool })),
  ];
  for (let times = 0; times < 8; times += 1) {
    await program.restart();
    await pause(200);
  }
  isOver = true;
  await Promise.all(loads);
  expect([...answers.new]).toEqual(['service']);
  expect([...answers.posts]).toEqual(['service']);
  // What comes on a kept connection in the moment in which it is closed is lost, as it is without a bridge.
  expect([...answers.kept]).not.toContain('original');
}, 60_000);
