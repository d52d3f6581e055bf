import type { Duplex } from 'node:stream';
import { readDnsMessages, withLength } from '../common/dns-framing.ts';

/** Asks one question on a stream of its own. Errors: it ends without an answer. */
export async function askOn(stream: Duplex, query: Buffer): Promise<Buffer> {
  stream.end(withLength(query));
  for await (const answer of readDnsMessages(stream)) {
    stream.resume();
    return answer;
  }
  throw new Error('no answer');
}
