import type { RequestHead } from '../../src/http1/request-head.ts';

/** The head of `GET /` with headers given as `Name: value`, a line each. */
export function requestHead(
  given: Partial<Omit<RequestHead, 'fields'>> & { readonly lines?: readonly string[] } = {},
): RequestHead {
  const { lines = [], ...rest } = given;
  const fields = lines.map((line) => {
    const at = line.indexOf(':');
    return { name: line.slice(0, at), value: line.slice(at + 1).trim() };
  });
  return { method: 'GET', target: '/', minor: 1, ...rest, fields };
}
