import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Less than this, in bytes, may wait for the collector of garbage. */
const WORTH_FREEING = 4096;

/**
 * What frees a chunk as soon as it has been written, as the callback of that write; undefined where it shares its memory with
 * others. Left to the collector of garbage, a program that only passes bytes on holds several times what is under way. For
 * whoever knows that nobody else has the chunk: afterwards it is empty. `from`, `to`: what it is read from and written to.
 */
export function freeing(
  chunk: Buffer,
  from: Duplex,
  to: Duplex,
): ((error?: Error | null) => void) | undefined {
  // Chunks of HTTP/2 are parts of what was read together.
  if (!(from instanceof Socket) || chunk.length !== chunk.buffer.byteLength) return undefined;
  if (chunk.length < WORTH_FREEING) return undefined;
  return (error) => {
    // What was broken off may still be on its way to the kernel in part: Node says that it is written when it gives up.
    if (!error && !to.destroyed) free(chunk.buffer);
  };
}

type Transfer = (this: ArrayBufferLike, newByteLength: number) => ArrayBuffer;

let transfer: Transfer | undefined;

/** A buffer moved to one without length is gone at once: it has no other end that JavaScript could bring about. */
function free(buffer: ArrayBufferLike): void {
  transfer ??= transferOfEngine();
  transfer.call(buffer, 0);
}

/** Node 20 has it in contexts that are made with a flag. */
function transferOfEngine(): Transfer {
  const { transfer: present } = ArrayBuffer.prototype as { readonly transfer?: Transfer };
  if (present !== undefined) return present;
  setFlagsFromString('--harmony-rab-gsab-transfer');
  return runInNewContext('ArrayBuffer.prototype.transfer');
}
