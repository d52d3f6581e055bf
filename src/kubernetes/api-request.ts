import type { Outgoing } from './outgoing.ts';

/** How long the API server may take to answer, milliseconds. */
const ANSWER_MS = 15_000;

/** Content types of patches. */
export type PatchType = 'strategic-merge-patch' | 'merge-patch';

/** A request to the API server. */
export interface ApiRequest {
  /** What it is for, as it reads after "cannot", e.g. `read deployment/shop`. */
  readonly doing: string;
  /** Path with a slash at the beginning. */
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Kind of a `PATCH`; default strategic merge. */
  readonly patch?: PatchType;
  readonly signal?: AbortSignal | undefined;
}

/** A request as it goes to a server, by whoever has these headers. Pure. */
export function outgoingOf(
  server: string,
  request: ApiRequest,
  { headers }: { readonly headers: Outgoing['headers'] },
): Outgoing {
  const url = new URL(server + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const method = request.method ?? 'GET';
  const patch = request.patch ?? 'strategic-merge-patch';
  const type = method === 'PATCH' ? `application/${patch}+json` : 'application/json';
  return {
    method,
    url,
    headers: {
      ...headers,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    },
    body,
    answerMs: ANSWER_MS,
    signal: request.signal,
  };
}
