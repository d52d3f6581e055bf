import { createRequire } from 'node:module';

/** A request as Node's own parser reads it, with the places where its parts end, counted in bytes. */
export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
  /** Names and values by turns. */
  readonly fields: readonly string[];
  readonly headEnd: number;
  /** Undefined when it is not complete. */
  end?: number;
  /** What follows is another protocol, as the parser sees it. */
  readonly isUpgrade: boolean;
}

const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common');

const LONGEST_HEAD = 128 * 1024;

/** What Node's own parser, llhttp, reads in these bytes before it gives up; strict, as servers have it. */
export function readByLlhttp(bytes: Buffer): readonly ReadRequest[] {
  const requests: ReadRequest[] = [];
  let at = 0;
  let fields: string[] = [];
  let url = '';
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, LONGEST_HEAD, 0);
  parser[HTTPParser.kOnHeaders] = (some: string[], target: string) => {
    fields.push(...some);
    url += target;
  };
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    minor: number,
    some: string[] | undefined,
    method: number,
    target: string | undefined,
    _status: unknown,
    _text: unknown,
    isUpgrade: boolean,
  ) => {
    fields.push(...(some ?? []));
    requests.push({
      method: methods[method] ?? (method === 46 ? 'QUERY' : String(method)),
      target: url + (target ?? ''),
      minor,
      fields,
      headEnd: at,
      isUpgrade,
    });
    fields = [];
    url = '';
    return 0;
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    const last = requests.at(-1);
    if (last !== undefined) last.end = at;
    // Trailers are no part of the next head.
    fields = [];
    url = '';
  };
  for (; at < bytes.length; ) {
    at += 1;
    const read = parser.execute(bytes.subarray(at - 1, at));
    if (read instanceof Error || requests.at(-1)?.isUpgrade) break;
  }
  return requests;
}
