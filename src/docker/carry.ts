import type { Duplex } from 'node:stream';
import type { ExecStreams } from '../runner/index.ts';
import { type FrameSink, frameReader } from './frames.ts';

/** A program's streams, as they go through one connection. */
export interface Carried {
  /** It has a terminal: then everything comes as it is, as stdout. */
  readonly tty: boolean;
  readonly input: NodeJS.ReadableStream | undefined;
  readonly takeKeys?: ExecStreams['takeKeys'];
  readonly write: FrameSink;
}

/** Carries a program's streams until it ends, or `signal` aborts. Errors: `engine-failed` for output that cannot be understood. */
export function carry(
  connection: Duplex,
  { tty, input, takeKeys, write }: Carried,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const read = tty ? (chunk: Buffer) => write(1, chunk) : frameReader(write);
    const leave = () => connection.destroy();
    const giveKeys = tty ? takeKeys?.() : undefined;
    signal?.addEventListener('abort', leave, { once: true });
    connection.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        reject(error);
        leave();
      }
    });
    connection.on('error', leave);
    connection.once('close', () => {
      signal?.removeEventListener('abort', leave);
      input?.unpipe(connection);
      giveKeys?.();
      resolve();
    });
    connection.once('end', leave);
    input?.pipe(connection);
  });
}
