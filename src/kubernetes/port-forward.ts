import { pause } from '../common/deadline.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal, explain, refusalOf, statusOf } from './failures.ts';
import type { Forward, ForwardedPort } from './forwarded-port.ts';
import { type PodAddress, podPath } from './pod-address.ts';
import { forwardOverSpdy } from './spdy-forward.ts';
import { forwardOverWebSocket } from './web-socket-forward.ts';

/** A port of a pod. */
export interface PodPort extends PodAddress {
  /** On the pod's loopback address. */
  readonly port: number;
  /** Whether the program there sends one byte before all else, see `Greeting`. Default: false. */
  readonly greets?: boolean;
}

/**
 * Opens a stream to a port of a pod through the API server, as `kubectl port-forward` does. That nobody listens there
 * shows only after it was opened: then it breaks with an `ApiRefusal`. The client library's own port-forward piles up
 * without limit whatever one side is too slow for.
 * Errors: `cluster-unreachable`, `credential-refused`, `permission-missing`, `cluster-failed`, `cancelled`.
 */
export async function dialPod(
  api: ClusterApi,
  { port, greets = false, ...address }: PodPort,
  signal?: AbortSignal,
): Promise<ForwardedPort> {
  const request = { path: podPath(address, 'portforward'), port, greets };
  try {
    return (await unlessRefused(api, request, signal)) ?? (await instead(api, request, signal));
  } catch (error) {
    throw explain(api.cluster, `reach port ${port} of pod ${address.pod}`, error);
  }
}

/** The same where SPDY was refused just now. */
export async function dialInstead(
  api: ClusterApi,
  { port, greets = false, ...address }: PodPort,
  signal?: AbortSignal,
): Promise<ForwardedPort> {
  try {
    return await instead(api, { path: podPath(address, 'portforward'), port, greets }, signal);
  } catch (error) {
    throw explain(api.cluster, `reach port ${port} of pod ${address.pod}`, error);
  }
}

/**
 * Of the two ways SPDY is the faster: in a WebSocket containerd takes twice the processor for the same bytes.
 * Undefined when it is refused, now or before.
 */
async function unlessRefused(...how: Parameters<Forward>): Promise<ForwardedPort | undefined> {
  const [api] = how;
  if (api.refusesSpdy) return undefined;
  try {
    return await forwardOverSpdy(...how);
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined;
    throw error;
  }
}

/** A server, or a proxy before it, that lets only this pass is not asked for the other again. */
async function instead(...how: Parameters<Forward>): Promise<ForwardedPort> {
  const [api] = how;
  const forward = await forwardOverWebSocket(...how);
  api.refusesSpdy = true;
  return forward;
}

/**
 * An answer that nobody listens takes a way to the node and back, and some work there, milliseconds: as opening did,
 * which is waited for several times, within these bounds.
 */
const REFUSAL_MS = { least: 250, most: 1000, timesOpening: 6 };

/**
 * Whether somebody listens on a port of a pod, as far as no refusal comes. Errors: those of `dialPod`, without the refusal
 * itself.
 */
export async function listens(api: ClusterApi, at: PodPort): Promise<boolean> {
  let stream: ForwardedPort;
  const start = performance.now();
  try {
    stream = await dialPod(api, at);
  } catch (error) {
    if (refusalOf(error) !== undefined && statusOf(error) !== 403) return false;
    throw error;
  }
  stream.resume();
  const { least, most, timesOpening } = REFUSAL_MS;
  const enough = Math.max(least, (performance.now() - start) * timesOpening);
  const refused = stream.greeting.came;
  const outcome = await Promise.race([refused, pause(Math.min(most, enough)).then(() => true)]);
  stream.destroy();
  return outcome;
}
