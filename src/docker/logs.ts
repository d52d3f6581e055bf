import type { Readable } from 'node:stream';
import { DevenvError } from '../common/errors.ts';
import { TextLines } from '../common/text-lines.ts';
import type { LogLine, LogOptions } from '../runner/index.ts';
import { ask, type DockerAccess, translated } from './access.ts';
import { inspectContainer } from './containers.ts';
import { frameReader } from './frames.ts';

/** See `Engine.unitLogs`. */
export async function* containerLogs(
  access: DockerAccess,
  id: string,
  options: LogOptions,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  if (signal?.aborted) return;
  const doing = `read the output of container ${id}`;
  const raw = await inspectContainer(access, id);
  if (raw === undefined) throw noSuchContainer(id);
  const stream = await ask(access.location, { doing, call: () => openLog(access, raw.Id, options) });
  const close = () => stream.destroy();
  signal?.addEventListener('abort', close, { once: true });
  if (signal?.aborted) close();
  const found: LogLine[] = [];
  const lines = lineSplitter((line) => found.push(line));
  const read = raw.Config.Tty ? (chunk: Buffer) => lines.add('stdout', chunk) : frameReader(lines.addFrame);
  try {
    for await (const chunk of stream) {
      read(chunk);
      yield* found.splice(0);
    }
    lines.end();
    yield* found.splice(0);
  } catch (error) {
    // Destroying the stream makes its iterator fail; that is the wanted end.
    if (!signal?.aborted) throw translated(access.location, { doing }, error);
  } finally {
    signal?.removeEventListener('abort', close);
    stream.destroy();
  }
}

/** Collects output into lines, each stream on its own. */
export interface LineSplitter {
  add(stream: LogLine['stream'], chunk: Buffer): void;
  /** The same, with the engine's number for the stream. */
  addFrame(kind: number, chunk: Buffer): void;
  /** Passes on what has no line end. */
  end(): void;
}

/** Passes on a line as soon as its end was seen. Characters that span two chunks stay whole. */
export function lineSplitter(sink: (line: LogLine) => void): LineSplitter {
  const streams = { stdout: new TextLines(), stderr: new TextLines() };
  const add = (stream: LogLine['stream'], chunk: Buffer) => {
    for (const line of streams[stream].add(chunk)) sink(stamped(stream, line));
  };
  return {
    add,
    addFrame: (kind, chunk) => add(kind === 2 ? 'stderr' : 'stdout', chunk),
    end: () => {
      for (const stream of ['stdout', 'stderr'] as const)
        for (const line of streams[stream].end()) sink(stamped(stream, line));
    },
  };
}

/** Takes off the moment that the engine writes before each line. A piece of an overlong line has none. */
function stamped(stream: LogLine['stream'], text: string): LogLine {
  const match = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(text);
  const at = Date.parse(match?.[1] ?? '');
  return Number.isNaN(at) ? { stream, line: text, at: Date.now() } : { stream, line: match?.[2] ?? '', at };
}

/** Asks for the log as a stream in any case; the client library would hold a finished log in memory as a whole. */
function openLog(access: DockerAccess, id: string, options: LogOptions): Promise<Readable> {
  return new Promise((resolve, reject) => {
    access.docker.modem.dial(
      {
        path: `/containers/${id}/logs?`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options: {
          stdout: true,
          stderr: true,
          follow: options.follow,
          timestamps: true,
          ...(options.since === undefined ? {} : { since: (options.since / 1000).toFixed(3) }),
          tail: options.tail === undefined ? 'all' : String(options.tail),
        },
      },
      (error, result) =>
        error === null || error === undefined ? resolve(result as Readable) : reject(error),
    );
  });
}

function noSuchContainer(id: string): DevenvError {
  return new DevenvError({
    code: 'engine-failed',
    message: `container ${id} does not exist, so it has no output`,
    owner: 'environment',
  });
}
