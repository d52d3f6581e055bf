import type { Duplex } from 'node:stream';
import type { ClusterApi } from './api.ts';

/** What may wait unsent, bytes: enough to keep the connection busy, little enough that a heartbeat is not stuck behind it. */
export const UNSENT_BYTES = 1024 * 1024;

/** What is to be forwarded. */
export interface ForwardRequest {
  /** Path of the pod's `portforward` at the API server. */
  readonly path: string;
  /** On the pod's loopback address. */
  readonly port: number;
  /** Whether the program there sends a greeting, see `Greeting`. */
  readonly greets: boolean;
}

/** Opens a forwarded port in one of the ways there are. Errors: `ApiRefusal` when the server refuses, the connection's own, `cancelled`. */
export type Forward = (
  api: ClusterApi,
  request: ForwardRequest,
  signal?: AbortSignal,
) => Promise<ForwardedPort>;

/** A port of a pod as a stream that honours back-pressure both ways. */
export interface ForwardedPort extends Duplex {
  /** Whether the program on the port has sent its greeting: settled when it has, or when the stream has closed. */
  readonly greeting: Greeting;
}

/**
 * The one byte that a program of ours sends before all else: the only sure sign that it is there, since a forwarded port
 * is open before anybody has tried to connect to it. It is not passed on.
 */
export class Greeting {
  /** Resolves to true when it has come, to false when the stream was closed before. */
  readonly came: Promise<boolean>;
  #awaited: boolean;
  #tell: (came: boolean) => void = () => {};

  /** Without `awaited` everything that comes is passed on. */
  constructor(awaited: boolean) {
    this.#awaited = awaited;
    this.came = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** What is to be passed on of the next bytes. */
  strip(bytes: Buffer): Buffer {
    if (!this.#awaited || bytes.length === 0) return bytes;
    this.#awaited = false;
    this.#tell(true);
    return bytes.subarray(1);
  }

  /** Nothing more will come. */
  closed(): void {
    this.#tell(false);
  }
}
