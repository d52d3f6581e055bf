import { DevenvError } from '../common/errors.ts';

/** Nothing that is read here is larger, in bytes: a file, or a file and what a session in the background is told besides. */
const LIMIT_BYTES = 64 * 1024 ** 2;

/** What a stream holds, as text; it is read to its end when first asked for. Errors: `config-not-found` beyond 64 MiB. */
export function inputOf(stream: AsyncIterable<Uint8Array | string>): () => Promise<string> {
  let text: Promise<string> | undefined;
  return () => {
    text ??= readAll(stream);
    return text;
  };
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > LIMIT_BYTES) {
      const message = 'standard input is larger than 64 MiB';
      const hint = 'is it the file that was meant?';
      throw new DevenvError({ code: 'config-not-found', message, hint, owner: 'user' });
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
