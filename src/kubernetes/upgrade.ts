import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { cancelled } from '../common/errors.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal } from './failures.ts';
import { type Outcome, onceMoreIfStale } from './once-more.ts';

const ANSWER_MS = 10_000;

/** A connection that goes on in another protocol than HTTP. */
export interface Upgrade {
  /** Path with a slash at the beginning. */
  readonly path: string;
  /** Name of the protocol, as in the `Upgrade` header. */
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Upgrades a connection to the API server; one that is open already, where there is one.
 * Errors: `ApiRefusal` when the server does not switch, the connection's own, `credential-refused`, `cancelled`.
 */
export async function upgraded(api: ClusterApi, upgrade: Upgrade, signal?: AbortSignal): Promise<Socket> {
  try {
    return await onceMoreIfStale(() => attempt(api, upgrade, signal), signal);
  } catch (error) {
    throw signal?.aborted ? cancelled(upgrade.path) : error;
  }
}

async function attempt(
  api: ClusterApi,
  { path, protocol, headers }: Upgrade,
  signal: AbortSignal | undefined,
): Promise<Outcome<Socket>> {
  const { headers: credentials, agent, auth } = await api.keptConnection();
  const url = new URL(api.cluster.server + path);
  const send = url.protocol === 'http:' ? requestHttp : requestHttps;
  const outgoing = send(url, {
    method: 'POST',
    headers: { ...credentials, ...headers, connection: 'Upgrade', upgrade: protocol, 'content-length': 0 },
    timeout: ANSWER_MS,
    ...(agent === undefined ? {} : { agent }),
    ...(auth === undefined ? {} : { auth }),
  });
  const outcome = answer(outgoing);
  outgoing.end();
  const cut = () => outgoing.destroy(cancelled(path));
  signal?.addEventListener('abort', cut, { once: true });
  if (signal?.aborted) cut();
  try {
    return await outcome;
  } finally {
    signal?.removeEventListener('abort', cut);
  }
}

function answer(outgoing: ClientRequest): Promise<Outcome<Socket>> {
  return new Promise((resolve) => {
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    outgoing.on('error', (error) => resolve({ error, reused: outgoing.reusedSocket }));
    outgoing.once('upgrade', (_, socket: Socket, early) => {
      // What the request was given does not hold for what comes after it.
      socket.setTimeout(0);
      socket.setNoDelay(true);
      socket.setKeepAlive(true);
      if (early.length > 0) socket.unshift(early);
      resolve({ value: socket });
    });
    outgoing.once('response', (response) => {
      const { statusCode = 0 } = response.resume();
      resolve({ error: new ApiRefusal(statusCode, '', `status ${statusCode}`), reused: false });
    });
  });
}
