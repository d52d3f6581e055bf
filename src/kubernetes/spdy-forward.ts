import type { ClusterApi } from './api.ts';
import type { Forward } from './forwarded-port.ts';
import { SpdyConnection } from './spdy-connection.ts';
import { upgraded } from './upgrade.ts';
import { waysOf } from './ways-ahead.ts';

/** Over SPDY. It can be closed in one direction alone. */
export const forwardOverSpdy: Forward = async (api, { path, port, greets }, signal) => {
  const connection = await spdyTo(api, path, signal);
  const stream = await connection.open(port, greets);
  connection.give(stream);
  return stream;
};

/**
 * A connection to a pod whose `portforward` has this path: one that was opened ahead, where there is one. Errors: those of
 * `Forward`.
 */
export async function spdyTo(api: ClusterApi, path: string, signal?: AbortSignal): Promise<SpdyConnection> {
  const ahead = await waysOf(api).take(path);
  return ahead?.isOpen ? ahead : openSpdy(api, path, signal);
}

/**
 * Begins to open connections to a pod to which ports are about to be forwarded, so that there are so many. Those that
 * nobody takes end soon.
 */
export function openAhead(api: ClusterApi, path: string, count: number): void {
  if (!api.refusesSpdy) waysOf(api).prepare(path, count, () => openSpdy(api, path));
}

async function openSpdy(api: ClusterApi, path: string, signal?: AbortSignal): Promise<SpdyConnection> {
  const headers = { 'x-stream-protocol-version': 'portforward.k8s.io' };
  return new SpdyConnection(await upgraded(api, { path, protocol: 'SPDY/3.1', headers }, signal));
}
