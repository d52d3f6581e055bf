import type { Http2Session } from 'node:http2';
import type { StreamBudget } from './budget.ts';

/** What all streams of a tunnel together may have on the way, before the HTTP/2 library of the other end has seen it, bytes. */
export const TUNNEL_WINDOW = 16 * 1024 * 1024;

const MANY_STREAMS = 20_000;

/** Trailer by which the opener of a stream says that it broke off, where a regular end carries no trailers. */
export const ABORTED_TRAILER = 'devenv-aborted';

/** Options of both ends. Node's defaults are made for browsers: a hundred streams, ten megabytes of memory. */
export function sessionOptions({ window }: StreamBudget) {
  return {
    settings: { initialWindowSize: window, maxConcurrentStreams: MANY_STREAMS, enablePush: false },
    peerMaxConcurrentStreams: MANY_STREAMS,
    maxSessionMemory: 1000,
    maxOutstandingPings: 100,
    maxOutstandingSettings: 100,
  };
}

/** Tells the other end of a tunnel, now and from now on, what each stream may have on the way to here. */
export function shareWindow(session: Http2Session, budget: StreamBudget): void {
  session.setLocalWindowSize(TUNNEL_WINDOW);
  const tell = (window: number) => {
    if (!session.destroyed && !session.closed) session.settings({ initialWindowSize: window });
  };
  // It may have changed since the session began.
  if (session.localSettings.initialWindowSize !== budget.window) tell(budget.window);
  session.once('close', budget.follow(tell));
  session.once('close', () => budget.delayed(session, undefined));
}
