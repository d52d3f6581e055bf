import type { Duplex, Readable } from 'node:stream';

/** Longest line that is accepted, in bytes; a peer that sends more is not one of ours. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** One JSON value as a line. */
export function encodeLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Reads the first line of a duplex and puts what follows it back, so that the stream can go on as something else.
 * Errors: the stream's own, or an `Error` when it ends or exceeds `MAX_LINE_BYTES` before the line is complete; also
 * when that happened before this was called.
 */
export function readFirstLine(stream: Duplex, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
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
        seen = Buffer.concat([seen, chunk]);
        const end = seen.indexOf(0x0a);
        if (end >= 0) {
          const rest = seen.subarray(end + 1);
          settle(() => {
            if (rest.length > 0) stream.unshift(rest);
            resolve(seen.subarray(0, end).toString('utf8'));
          });
          return;
        }
        if (seen.length > MAX_LINE_BYTES) {
          settle(() => reject(new Error('the first line is too long')));
          return;
        }
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
 * whenever anything arrives. Errors: `SyntaxError` for a line that is no JSON.
 */
export async function* readJsonLines(stream: Readable, onBytes?: () => void): AsyncGenerator<unknown> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    onBytes?.();
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (rest.length > MAX_LINE_BYTES) throw new Error('a line is too long');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
}
