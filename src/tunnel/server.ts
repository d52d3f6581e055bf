import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Pulse } from '../common/heartbeat.ts';
import { TUNNEL_PULSE } from '../programs/index.ts';
import { decodeStreamTarget, type StreamTarget } from '../protocol/index.ts';
import type { Endpoint } from './endpoint.ts';
import { keepAlive } from './keep-alive.ts';
import { budgetOf, type TunnelOptions } from './options.ts';
import { ABORTED_TRAILER, sessionOptions, shareWindow } from './settings.ts';

/** The end of a tunnel that serves streams. */
export interface ServedTunnel {
  /** Resolves when the tunnel is gone, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it with everything in it. */
  destroy(): void;
}

/** A stream somebody wants to a target; exactly one of `accept` and `refuse` is called. */
export interface IncomingStream extends Endpoint {
  readonly target: StreamTarget;
  accept(): void;
  refuse(): void;
}

/** Serves the streams of a tunnel whose other end runs `openTunnel`. */
export function serveTunnel(
  duplex: Duplex,
  onStream: (incoming: IncomingStream) => void,
  options: TunnelOptions = {},
  pulse: Pulse = TUNNEL_PULSE,
): ServedTunnel {
  const budget = budgetOf(options);
  // A server per duplex, never listening: Node has no public way to make a server session from a duplex.
  const server = createServer(sessionOptions(budget));
  let session: ServerHttp2Session | undefined;
  const closed = new Promise<void>((resolve) => {
    duplex.once('close', resolve);
    server.once('session', (made: ServerHttp2Session) => {
      session = made;
      shareWindow(made, budget);
      made.on('error', () => {});
      made.once('close', resolve);
      keepAlive(made, duplex, pulse, options, (ms) => budget.delayed(made, ms));
    });
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const target = decodeStreamTarget(headers[':authority'] ?? '');
    if (headers[':method'] !== 'CONNECT' || target === undefined) return refuse(stream, 400);
    if (budget.isFull) return refuse(stream, 503);
    stream.once('close', budget.enter());
    onStream(incomingStream(stream, target));
  });
  server.emit('connection', duplex);
  const destroy = () => (session === undefined ? duplex.destroy() : session.destroy());
  duplex.once('end', destroy);
  return { closed, destroy };
}

function incomingStream(stream: ServerHttp2Stream, target: StreamTarget): IncomingStream {
  // `close(code)` would first send a regular end, which the opener would pass on as one.
  const abort = () => stream.destroy(new Error('aborted'));
  stream.once('trailers', (headers) => {
    if (headers[ABORTED_TRAILER] !== undefined) abort();
  });
  return {
    target,
    stream,
    accept: () => {
      if (!stream.destroyed && !stream.closed) stream.respond({ ':status': 200 });
    },
    refuse: () => refuse(stream, 502),
    abort,
  };
}

function refuse(stream: ServerHttp2Stream, status: number): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  stream.respond({ ':status': status }, { endStream: true });
  stream.resume();
}
