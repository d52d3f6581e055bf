import { createDeflate, type Deflate, constants as zlib } from 'node:zlib';
import { DevenvError } from '../common/errors.ts';

/**
 * As much of SPDY/3.1 as forwarding ports takes. The protocol is obsolete on the web, but it is what API server,
 * kubelet and container runtimes speak among each other, so that nobody on the way has to translate.
 * https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */

const HEADER_BYTES = 8;
const CONTROL = 0x80;
const VERSION = 3;
const FIN = 0x01;
const SYN_STREAM = 1;
const PING = 6;
/** Why a stream is reset: whoever opened it wants it no more. */
const CANCELLED = 5;

/** The most that the length of a frame can say. */
export const MOST_FRAME_BYTES = 0xffffff;

/** Longest control frame that is taken, bytes: none that tells something here has more than a few. */
const MOST_CONTROL_BYTES = 64 * 1024;

/** What a control frame that tells something here has at least, bytes: the number of a stream or a ping. */
const LEAST_CONTROL_BYTES = 4;

/** Kinds of control frames that tell something here. */
export const control = { reset: 3, ping: PING } as const;

/** What a frame reader tells. */
export interface FrameEvents {
  /** Part of what a data frame holds; parts come as they are read, and may be empty. */
  readonly data: (stream: number, part: Buffer) => void;
  /** The other side sends nothing more on a stream. */
  readonly end: (stream: number) => void;
  /** A control frame, whole. */
  readonly control: (kind: number, content: Buffer) => void;
}

/** Header of a data frame. `length` is that of what follows, at most `MOST_FRAME_BYTES`. */
export function dataHeader(stream: number, length: number, last = false): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(stream, 0);
  header.writeUInt32BE(length, 4);
  header[4] = last ? FIN : 0;
  return header;
}

/** The answer to a ping: the same again. */
export function pong(content: Buffer): Buffer {
  return Buffer.concat([controlHeader(PING, 0, content.length), content]);
}

/** Says that nothing more of a stream is wanted, or will come. */
export function resetFrame(stream: number): Buffer {
  const fields = Buffer.alloc(8);
  fields.writeUInt32BE(stream, 0);
  fields.writeUInt32BE(CANCELLED, 4);
  return Buffer.concat([controlHeader(control.reset, 0, fields.length), fields]);
}

/** A stream that is to be opened. */
export interface NewStream {
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing will be sent on it. */
  readonly ended: boolean;
}

/**
 * Makes the frames that open the streams of one connection, in the order of the calls. Their headers share one compression,
 * which a frame alone would not survive. The dictionary that SPDY offers for it is left out, as it may be.
 */
export class StreamOpener {
  readonly #compression = createDeflate();
  #before: Promise<unknown> = Promise.resolve();

  /** The frames of some more. Their ids are higher than those of all before. */
  frames(streams: readonly NewStream[]): Promise<Buffer> {
    const made = this.#before.then(() => this.#frames(streams));
    this.#before = made;
    return made;
  }

  /** No more are opened. */
  close(): void {
    void this.#before.catch(() => {}).then(() => this.#compression.close());
  }

  async #frames(streams: readonly NewStream[]): Promise<Buffer> {
    const frames: Buffer[] = [];
    for (const { id, headers, ended } of streams) {
      const block = await compressed(this.#compression, headerBlock(headers));
      const fields = Buffer.alloc(10);
      fields.writeUInt32BE(id, 0);
      const length = fields.length + block.length;
      frames.push(controlHeader(SYN_STREAM, ended ? FIN : 0, length), fields, block);
    }
    return Buffer.concat(frames);
  }
}

/** Takes a connection apart into frames, without copying what data frames hold. */
export class FrameReader {
  readonly #events: FrameEvents;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes of the present frame that have not come yet. */
  #left = 0;
  #control: Buffer[] = [];

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Takes the next bytes of the connection. Errors: `cluster-failed` for a control frame of an impossible length. */
  take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#headerBytes < HEADER_BYTES) {
        const taken = bytes.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes);
        this.#headerBytes += taken;
        at += taken;
        if (this.#headerBytes < HEADER_BYTES) return;
        this.#left = this.#header.readUInt32BE(4) & MOST_FRAME_BYTES;
        if (isControl(this.#header)) this.#expect(this.#left);
      }
      const part = bytes.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      this.#tell(part);
      if (this.#left === 0) this.#headerBytes = 0;
    }
  }

  #expect(length: number): void {
    const kind = this.#header.readUInt16BE(2);
    const least = kind === control.ping || kind === control.reset ? LEAST_CONTROL_BYTES : 0;
    if (length >= least && length <= MOST_CONTROL_BYTES) return;
    throw new DevenvError({
      code: 'cluster-failed',
      message: `a forwarded port sent a control frame of ${length} bytes, which is none`,
      owner: 'environment',
    });
  }

  #tell(part: Buffer): void {
    const header = this.#header;
    if (isControl(header)) {
      this.#control.push(part);
      if (this.#left > 0) return;
      const content = Buffer.concat(this.#control);
      this.#control = [];
      this.#events.control(header.readUInt16BE(2), content);
      return;
    }
    const stream = header.readUInt32BE(0);
    this.#events.data(stream, part);
    if (this.#left === 0 && isLast(header)) this.#events.end(stream);
  }
}

function isControl(header: Buffer): boolean {
  return ((header[0] ?? 0) & CONTROL) !== 0;
}

function isLast(header: Buffer): boolean {
  return ((header[4] ?? 0) & FIN) !== 0;
}

function controlHeader(kind: number, flags: number, length: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE((CONTROL << 8) | VERSION, 0);
  header.writeUInt16BE(kind, 2);
  header.writeUInt32BE(length, 4);
  header[4] = flags;
  return header;
}

function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([
    number(entries.length),
    ...entries.flat().flatMap((text) => [number(Buffer.byteLength(text)), Buffer.from(text)]),
  ]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

function compressed(compression: Deflate, block: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const keep = (part: Buffer) => parts.push(part);
  compression.on('data', keep).write(block);
  return new Promise((resolve) =>
    compression.flush(zlib.Z_SYNC_FLUSH, () => {
      compression.off('data', keep);
      resolve(Buffer.concat(parts));
    }),
  );
}
