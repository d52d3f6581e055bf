import { DevenvError } from '../common/errors.ts';

/** Takes one piece of a frame's payload; `kind` is 1 for stdout and 2 for stderr. */
export type FrameSink = (kind: number, piece: Buffer) => void;

/** Longest payload a frame may announce, bytes; more means that the stream is no sequence of frames. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 8;

/**
 * Takes apart the stream in which an engine interleaves stdout and stderr: frames of one byte kind, three zero bytes,
 * four bytes length, payload. Payload is passed on as it arrives, so that a frame is never held back or copied.
 * Errors of the function it returns: `engine-failed` for bytes that are no frame header.
 */
export function frameReader(sink: FrameSink): (chunk: Buffer) => void {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let payloadBytes = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (payloadBytes > 0) {
        const piece = chunk.subarray(at, at + payloadBytes);
        at += piece.length;
        payloadBytes -= piece.length;
        sink(header.readUInt8(0), piece);
        continue;
      }
      const copied = chunk.copy(header, headerBytes, at, at + HEADER_BYTES - headerBytes);
      at += copied;
      headerBytes += copied;
      if (headerBytes < HEADER_BYTES) return;
      headerBytes = 0;
      payloadBytes = payloadLength(header);
    }
  };
}

function payloadLength(header: Buffer): number {
  const length = header.readUInt32BE(4);
  const isHeader = header.readUInt8(0) <= 3 && header.readUIntBE(1, 3) === 0 && length <= MAX_FRAME_BYTES;
  if (isHeader) return length;
  throw new DevenvError({
    code: 'engine-failed',
    message: `the engine sent ${header.toString('hex')} where a frame header belongs`,
    owner: 'environment',
  });
}
