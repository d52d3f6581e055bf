import { DevenvError } from '../common/errors.ts';

/** No file that a person writes is larger, in bytes. */
const LIMIT_BYTES = 1024 ** 2;

/** What a stream holds, as text; it is read to its end when first asked for. Errors: `config-not-found` beyond 1 MiB. */
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
      const message = 'standard input is larger than 1 MiB';
      const hint = 'is it the file that was meant?';
      throw new DevenvError({ code: 'config-not-found', message, hint, owner: 'user' });
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
