import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { onTestFinished } from 'vitest';
import { ClusterApi } from '../../../src/kubernetes/api.ts';
import { certificate } from './certificate.ts';

/** Until nobody has asked anything for so long, milliseconds, nothing is answered. */
const ROUND_MS = 25;

type Request = IncomingMessage | Http2ServerRequest;

/** Its answer, by what is common to both versions of HTTP. */
interface Response {
  writeHead(status: number): unknown;
  write(text: string): boolean;
  end(text: string): unknown;
}

/** What a request is answered: an object, or what is done with the answer by hand. */
export type Answering = (
  request: { readonly method: string; readonly path: string; readonly body: string },
  by: Response,
) => object | undefined;

/** An API server that answers in rounds: whatever is asked while nothing else is under way takes one round trip together. */
export interface RoundServer {
  readonly api: ClusterApi;
  /** What was asked, one list for each round, as `METHOD PATH`. */
  readonly rounds: string[][];
  /** How many connections were opened. */
  readonly connections: () => number;
  /** Breaks those that are open. */
  readonly breakOff: () => void;
}

/** Starts one, which ends with the test. `without`: it knows only what came before HTTP/2. */
export async function aServer(answering: Answering, { without = false } = {}): Promise<RoundServer> {
  const rounds: string[][] = [];
  let round: { readonly asked: string; readonly answer: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const answerAll = () => {
    const all = round;
    round = [];
    rounds.push(all.map(({ asked }) => asked));
    for (const { answer } of all) answer();
  };
  const take = async (request: Request, response: Response) => {
    let body = '';
    for await (const part of request) body += part;
    const asked = { method: request.method ?? '', path: request.url ?? '', body };
    const answer = () => {
      const value = answering(asked, response);
      if (value !== undefined) response.end(JSON.stringify(value));
    };
    round.push({ asked: `${request.method} ${request.url}`, answer });
    clearTimeout(timer);
    timer = setTimeout(answerAll, ROUND_MS);
  };
  const served = (request: Request, response: Response) => void take(request, response).catch(() => {});
  const server = without
    ? createServer(certificate, served)
    : createSecureServer({ ...certificate, allowHTTP1: true }, served);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  const breakOff = () => {
    for (const socket of sockets) socket.destroy();
  };
  const api = new ClusterApi(clusterAt(await portOf(server)));
  onTestFinished(() => {
    clearTimeout(timer);
    api.close();
    breakOff();
    server.close();
  });
  return { api, rounds, connections: () => connections, breakOff };
}

async function portOf(server: Server | Http2SecureServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function clusterAt(port: number): ClusterApi['cluster'] {
  const server = `https://127.0.0.1:${port}`;
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'test',
        server,
        tlsServerName: 'kubernetes',
        caData: Buffer.from(certificate.cert).toString('base64'),
        skipTLSVerify: false,
      },
    ],
    users: [{ name: 'jane', token: 't' }],
    contexts: [{ name: 'test', cluster: 'test', user: 'jane' }],
    currentContext: 'test',
  });
  return {
    config,
    context: 'test',
    namespace: 'shop',
    server,
    identity: server,
    user: 'jane',
    tokenFile: undefined,
  };
}
