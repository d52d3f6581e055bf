import { WebSocket } from 'ws';
import { cancelled } from '../common/errors.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal } from './failures.ts';

const HANDSHAKE_MS = 10_000;

/** Begins to open a WebSocket to the API server, in the protocol of streams into pods. Errors: `credential-refused`. */
export async function openSocket(api: ClusterApi, path: string): Promise<WebSocket> {
  const { headers, agent, auth } = await api.credentials();
  return new WebSocket(`${api.cluster.server.replace(/^http/, 'ws')}${path}`, 'v4.channel.k8s.io', {
    headers: { ...headers },
    ...(agent === undefined ? {} : { agent }),
    ...(auth === undefined ? {} : { auth }),
    perMessageDeflate: false,
    skipUTF8Validation: true,
    handshakeTimeout: HANDSHAKE_MS,
    // The mask protects proxies from what a browser sends in the clear; inside TLS it only costs time at both ends.
    generateMask: (mask) => mask.fill(0),
  });
}

/** Resolves when it is open. Errors: `ApiRefusal` with the server's words, the connection's, `cancelled`. */
export function opened(socket: WebSocket, what: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const onAbort = () => settle(() => reject(cancelled(what)));
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('open', () => settle(resolve));
    socket.once('error', (error) => settle(() => reject(error)));
    socket.once('unexpected-response', (_, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      const status = response.statusCode ?? 0;
      response.on('close', () =>
        settle(() => reject(new ApiRefusal(status, '', wordsIn(text) ?? `status ${status}`))),
      );
    });
  });
}

function wordsIn(text: string): string | undefined {
  try {
    const answer: { message?: unknown } = JSON.parse(text);
    return typeof answer.message === 'string' ? answer.message : undefined;
  } catch {
    return text.trim() === '' ? undefined : text.trim();
  }
}
