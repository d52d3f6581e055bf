import type { Duplex, Readable } from 'node:stream';
import { DevenvError } from './errors.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/** Longest line that is accepted of a peer that has said who it is, bytes. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Longest first line that is accepted, bytes: whoever sends it may be anybody. */
export const MAX_FIRST_LINE_BYTES = 16 * 1024;

const LINE_END = 0x0a;

/** One JSON value as a line. */
export function encodeLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Reads the first line of a duplex and puts what follows it back, so that the stream can go on as something else. No more
 * is read than `most` bytes and what came with the last of them.
 * Errors: the stream's own, or an `Error` when it ends before the line is complete, also when that happened before this
 * was called; `protocol-mismatch` when the line is longer than `most`.
 */
export function readFirstLine(
  stream: Duplex,
  signal?: AbortSignal,
  most = MAX_FIRST_LINE_BYTES,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const seen = new GrowingBuffer();
    const settle = (finish: () => void) => {
      stream.off('readable', onReadable);
      stream.off('end', onEnd);
      stream.off('close', onEnd);
      stream.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const onReadable = () => {
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
        const before = seen.length;
        seen.add(chunk);
        const found = chunk.indexOf(LINE_END);
        const length = found < 0 ? seen.length : before + found;
        if (length > most) {
          settle(() => reject(tooLong('the first line', most)));
          return;
        }
        if (found < 0) continue;
        const line = seen.take(length).toString('utf8');
        settle(() => {
          if (seen.length > 1) stream.unshift(seen.take(seen.length).subarray(1));
          resolve(line);
        });
        return;
      }
    };
    const onEnd = () => settle(() => reject(new Error('the connection closed before its first line')));
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => settle(() => reject(new Error('the wait for the first line was aborted')));
    stream.on('readable', onReadable);
    stream.on('end', onEnd);
    stream.on('close', onEnd);
    stream.on('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (stream.errored) onError(stream.errored);
    else if (stream.destroyed) onEnd();
    else onReadable();
  });
}

/**
 * Every further line of a stream as a parsed JSON value, until it ends; empty lines are skipped. `onBytes` is called
 * whenever anything arrives. Errors: `protocol-mismatch` for a line that is no JSON, or is longer than `most` bytes; the
 * stream is destroyed then.
 */
export async function* readJsonLines(
  stream: Readable,
  onBytes?: () => void,
  most = MAX_LINE_BYTES,
): AsyncGenerator<unknown> {
  const line = new GrowingBuffer();
  for await (const chunk of stream) {
    onBytes?.();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let from = 0; from < bytes.length; ) {
      const found = bytes.indexOf(LINE_END, from);
      const end = found < 0 ? bytes.length : found;
      if (line.length + end - from > most) throw tooLong('a line', most);
      line.add(bytes.subarray(from, end));
      from = end + 1;
      if (found < 0) continue;
      const text = line.take(line.length).toString('utf8');
      if (text.trim() !== '') yield parsed(text);
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw unreadable(`a line is not JSON: ${line.slice(0, 80)}`);
  }
}

function tooLong(what: string, most: number): DevenvError {
  return unreadable(`${what} is longer than ${most / 1024} KiB`);
}

function unreadable(message: string): DevenvError {
  return new DevenvError({ code: 'protocol-mismatch', message, owner: 'environment' });
}
