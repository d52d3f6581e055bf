import { appendFileSync, constants, openSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { pause } from '../common/deadline.ts';
import { TextLines } from '../common/text-lines.ts';
import type { LogLine, LogOptions } from '../runner/index.ts';
import { file } from './unit-files.ts';

/** A log that has become so large, bytes, is put aside for a new one; the one put aside before is forgotten. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Pause between looks for more of a log, milliseconds. */
const LOOK_AGAIN_MS = 50;

const LINE_END = 0x0a;

/**
 * Writes the lines that a unit's program puts into its pipes to its log, with the time, from now on until it is closed. The
 * pipes stay open here: what the program wrote while nobody read comes first, and a new run of it finds a reader.
 */
export class OutputPump {
  readonly #directory: string;
  readonly #sockets: readonly Socket[];

  constructor(directory: string) {
    this.#directory = directory;
    this.#sockets = (['stdout', 'stderr'] as const).map((stream) => this.#read(stream));
  }

  /** Reads no more. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #read(stream: LogLine['stream']): Socket {
    const lines = new TextLines();
    const path = join(this.#directory, file[stream]);
    // Open for writing too, or it would end with its first writer.
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => this.#write(stream, lines.add(bytes)));
    socket.unref();
    return socket;
  }

  #write(stream: LogLine['stream'], lines: readonly string[]): void {
    if (lines.length === 0) return;
    const at = Date.now();
    const text = lines.map((line) => `${JSON.stringify({ stream, line, at } satisfies LogLine)}\n`).join('');
    const log = join(this.#directory, file.log);
    try {
      if (sizeOf(log) > MOST_BYTES) renameSync(log, `${log}.old`);
      appendFileSync(log, text, { mode: 0o600 });
    } catch {
      // Removed with its unit, or there is no room: the program goes on.
    }
  }
}

/** Lines of a unit's log, oldest first; with `follow`, goes on until `hasEnded` says so or `signal` aborts. */
export async function* linesOfLog(
  directory: string,
  { follow, tail, since = 0 }: LogOptions,
  hasEnded: () => boolean,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  const log = join(directory, file.log);
  const earlier = [...(await linesFrom(`${log}.old`, 0)).lines];
  let { lines, upTo, inode } = await linesFrom(log, 0);
  const all = [...earlier, ...lines].filter(({ at }) => at >= since);
  yield* tail === undefined ? all : tail === 0 ? [] : all.slice(-tail);
  while (follow && signal?.aborted !== true) {
    const isLast = hasEnded();
    const now = await linesFrom(log, upTo, inode);
    if (now.inode !== inode) {
      // The rest of the one that was put aside.
      yield* (await linesFrom(`${log}.old`, upTo, inode)).lines;
    }
    ({ lines, upTo, inode } = now);
    yield* lines.filter(({ at }) => at >= since);
    if (isLast) return;
    await pause(LOOK_AGAIN_MS, signal);
  }
}

/** Whole lines of a file from an offset on, or from its beginning if it is not the file it was. */
async function linesFrom(path: string, from: number, expected?: number) {
  const nothing = { lines: [] as readonly LogLine[], upTo: from, inode: expected };
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return nothing;
  try {
    const { size, ino } = await handle.stat();
    const start = expected === undefined || expected === ino ? from : 0;
    if (size <= start) return { ...nothing, upTo: start, inode: ino };
    const bytes = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    const end = bytes.lastIndexOf(LINE_END, bytesRead - 1) + 1;
    const texts = bytes.toString('utf8', 0, end).split('\n').filter(Boolean);
    return { lines: texts.map((text) => JSON.parse(text) as LogLine), upTo: start + end, inode: ino };
  } finally {
    await handle.close();
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
