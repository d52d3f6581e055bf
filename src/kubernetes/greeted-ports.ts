import { onAbort, pause } from '../common/deadline.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal, explain, refusalOf, statusOf } from './failures.ts';
import type { ForwardedPort } from './forwarded-port.ts';
import { podPath } from './pod-address.ts';
import { dialInstead, dialPod, type PodPort } from './port-forward.ts';
import type { SpdyConnection } from './spdy-connection.ts';
import { spdyTo } from './spdy-forward.ts';
import type { SpdyStream } from './spdy-stream.ts';

/** How often is tried whether a program has begun to listen: at first often, then ever less, since most do within two seconds. */
const PACE = { firstMs: 50, slowestMs: 500, shareOfWaited: 0.06 };

/** So many attempts may wait for an answer at once, and each so long, milliseconds. */
const TRIES = { most: 16, patienceMs: 3000 };

/** A greeted port that nobody takes ends after so long, milliseconds: its program gives callers not much longer. */
const KEPT_MS = 5000;

/**
 * Tries a port of a pod, on which a program of ours is about to listen, until it greets. Attempts do not wait for the
 * answers to those before: from afar they take their time. The first comes after `notBeforeMs`: an attempt in vain is work
 * for the node that is about to start the program. Undefined when `signal` aborts. Errors: `permission-missing`,
 * `cluster-unreachable`, `credential-refused`.
 */
export async function untilGreeted(
  api: ClusterApi,
  at: PodPort,
  signal: AbortSignal,
  notBeforeMs = 0,
): Promise<ForwardedPort | undefined> {
  const since = performance.now();
  const begins = pause(notBeforeMs, signal);
  while (!signal.aborted) {
    const greeted = await unlessRefused(() => tryOut(api, at, since, begins, signal));
    if (greeted !== undefined) return greeted;
    await pause(paceAfter(since), signal);
  }
  return undefined;
}

/** A port whose program greets, when it does so soon. Undefined when nobody listens there. Errors: as above. */
export function greetedAtOnce(api: ClusterApi, at: PodPort): Promise<ForwardedPort | undefined> {
  return unlessRefused(async () => unlessSilent(await dialPod(api, at)));
}

/** Ports that have greeted and that nobody uses yet: the next dial gets them, and need not wait for a greeting again. */
export class GreetedPorts {
  readonly #ports = new Map<string, { readonly greeted: ForwardedPort; readonly timer: NodeJS.Timeout }>();

  /** Keeps one for the next `take`, for some seconds. */
  keep(at: PodPort, greeted: ForwardedPort): void {
    const key = keyOf(at);
    this.#ports.get(key)?.greeted.destroy();
    const timer = setTimeout(() => greeted.destroy(), KEPT_MS).unref();
    this.#ports.set(key, { greeted, timer });
    greeted.once('close', () => {
      clearTimeout(timer);
      if (this.#ports.get(key)?.greeted === greeted) this.#ports.delete(key);
    });
  }

  /** Undefined when there is none. */
  take(at: PodPort): ForwardedPort | undefined {
    const key = keyOf(at);
    const kept = this.#ports.get(key);
    this.#ports.delete(key);
    // From here on it lives for as long as whoever has it wants.
    clearTimeout(kept?.timer);
    return kept?.greeted;
  }
}

/** Until one is greeted, or the connection is gone. */
async function tryOut(
  api: ClusterApi,
  at: PodPort,
  since: number,
  begins: Promise<void>,
  signal: AbortSignal,
): Promise<ForwardedPort | undefined> {
  const connection = await spdyOrNot(api, at, signal);
  await begins;
  if (connection === undefined) return unlessSilent(await dialInstead(api, at, signal));
  const tries = new Set<ForwardedPort>();
  const over = new AbortController();
  const unfollow = onAbort(signal, () => over.abort());
  let winner: SpdyStream | undefined;
  while (connection.isOpen && !over.signal.aborted) {
    if (tries.size < TRIES.most) {
      const stream = await connection.open(at.port, true);
      tries.add(stream);
      const timer = setTimeout(() => stream.destroy(), TRIES.patienceMs);
      void stream.greeting.came.then((came) => {
        clearTimeout(timer);
        tries.delete(stream);
        if (came) winner ??= stream;
        if (came) over.abort();
      });
    }
    await pause(paceAfter(since), over.signal);
  }
  unfollow();
  if (winner === undefined) connection.destroy();
  else connection.give(winner);
  return winner;
}

/** Undefined where the server does not let SPDY pass. */
async function spdyOrNot(
  api: ClusterApi,
  at: PodPort,
  signal: AbortSignal,
): Promise<SpdyConnection | undefined> {
  if (api.refusesSpdy) return undefined;
  try {
    return await spdyTo(api, podPath(at, 'portforward'), signal);
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined;
    throw explain(api.cluster, `reach port ${at.port} of pod ${at.pod}`, error);
  }
}

/** Undefined, and ended, when it does not greet in time. */
async function unlessSilent(port: ForwardedPort): Promise<ForwardedPort | undefined> {
  const late = pause(TRIES.patienceMs).then(() => false);
  if (await Promise.race([port.greeting.came, late])) return port;
  port.destroy();
  return undefined;
}

/** Undefined when the node refuses, as long as nobody listens. */
async function unlessRefused<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (refusalOf(error) !== undefined && statusOf(error) !== 403) return undefined;
    throw error;
  }
}

function paceAfter(since: number): number {
  const { firstMs, slowestMs, shareOfWaited } = PACE;
  return Math.min(Math.max(firstMs, (performance.now() - since) * shareOfWaited), slowestMs);
}

function keyOf({ namespace, pod, port }: PodPort): string {
  return `${namespace}/${pod}:${port}`;
}
