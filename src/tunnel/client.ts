import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import { DevenvError } from '../common/errors.ts';
import type { Pulse } from '../common/heartbeat.ts';
import { TUNNEL_PULSE } from '../programs/index.ts';
import { encodeStreamTarget, type StreamTarget } from '../protocol/index.ts';
import type { StreamBudget } from './budget.ts';
import { type Endpoint, noteRefused } from './endpoint.ts';
import { keepAlive } from './keep-alive.ts';
import { budgetOf, type TunnelOptions } from './options.ts';
import { ABORTED_TRAILER, sessionOptions, shareWindow } from './settings.ts';

/** How long the other end may take to end an aborted stream before it is cut off, milliseconds. */
const ABORT_GRACE_MS = 5000;

/** The end of a tunnel that opens streams. */
export interface Tunnel {
  /**
   * Opens a stream at once: what is written goes out before the other end has answered. Errors: `bridge-refused` when the
   * tunnel is closed, or its budget has no room for one more.
   */
  open(target: StreamTarget): OpenedStream;
  /** Resolves when the tunnel is gone, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it with everything in it. */
  destroy(): void;
}

/** A stream that the other end has not necessarily accepted yet. */
export interface OpenedStream extends Endpoint {
  /** Resolves when the other end has connected; rejects when it refused or the tunnel broke. */
  readonly accepted: Promise<void>;
}

/** Loads what a tunnel needs of Node, which an agent otherwise loads with its first tunnel. */
export function loadTunnels(): unknown {
  return constants;
}

/** Begins a tunnel on a duplex whose other end runs `serveTunnel`. */
export function openTunnel(duplex: Duplex, options: TunnelOptions = {}, pulse: Pulse = TUNNEL_PULSE): Tunnel {
  const budget = budgetOf(options);
  const session = connect('http://tunnel', { ...sessionOptions(budget), createConnection: () => duplex });
  session.on('error', () => {});
  session.once('connect', () => {
    // It may have been destroyed in the moment it began.
    if (!session.destroyed) shareWindow(session, budget);
  });
  // A half-open tunnel carries nothing; HTTP/2 by itself waits for the duplex to be closed on both sides.
  duplex.once('end', () => session.destroy());
  keepAlive(session, duplex, pulse, options, (ms) => budget.delayed(session, ms));
  const closed = new Promise<void>((resolve) => session.once('close', resolve));
  return {
    open: (target) => openStream(session, target, budget),
    closed,
    destroy: () => session.destroy(),
  };
}

function openStream(session: ClientHttp2Session, target: StreamTarget, budget: StreamBudget): OpenedStream {
  const authority = encodeStreamTarget(target);
  if (session.destroyed || session.closed) throw refused(authority, 'the tunnel is closed');
  if (budget.isFull) throw refused(authority, `there are ${budget.streams} streams already`);
  const stream = session.request(
    { ':method': 'CONNECT', ':authority': authority },
    { endStream: false, waitForTrailers: true },
  );
  stream.on('error', () => {});
  stream.once('close', budget.enter());
  let aborted = false;
  stream.once('wantTrailers', () => stream.sendTrailers(aborted ? { [ABORTED_TRAILER]: '1' } : {}));
  const accepted = new Promise<void>((resolve, reject) => {
    stream.once('response', (headers) => {
      const status = headers[':status'];
      if (status === 200) return resolve();
      noteRefused(stream);
      reject(refused(authority, `status ${status}`));
      finish(stream);
    });
    stream.once('close', () => reject(refused(authority, 'the tunnel closed')));
  });
  // Whoever only pumps need not look at it.
  accepted.catch(() => {});
  const abort = () => {
    if (aborted || stream.closed || stream.destroyed) return;
    aborted = true;
    finish(stream);
  };
  return { stream, accepted, abort };
}

/**
 * Ends a stream from this side by regular frames. A reset frame would do, but the HTTP/2 library of Node 20 closes a
 * whole connection whose opener resets more than some thirty streams a second, and has no option against it.
 */
function finish(stream: ClientHttp2Stream): void {
  // Whoever read it so far wants no more of it; what still comes must be read all the same, or the end never would.
  stream.removeAllListeners('data');
  stream.resume();
  stream.end();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), ABORT_GRACE_MS);
  stream.once('close', () => clearTimeout(timer));
}

function refused(authority: string, why: string): DevenvError {
  return new DevenvError({
    code: 'bridge-refused',
    message: `no connection to ${authority}: ${why}`,
    owner: 'environment',
  });
}
