import { type RequestOptions, request as requestHttp } from 'node:http';
import { type Agent, request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import type { Outcome } from './once-more.ts';

/** A request as it goes out. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | undefined;
  /** How long the beginning of the answer may take, milliseconds. */
  readonly answerMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The beginning of an answer, and what follows. */
export interface Answer {
  readonly status: number;
  readonly body: Readable;
  /** Whether what has come by its end is all of it: the end of a broken connection may look like a regular one. */
  readonly isWhole: () => boolean;
}

/** One request and the beginning of its answer, by what came before HTTP/2. `auth` is `USER:PASSWORD`. */
export function exchange(
  { url, method, headers, body, answerMs, signal }: Outgoing,
  agent: Agent | undefined,
  auth: string | undefined,
): Promise<Outcome<Answer>> {
  const options: RequestOptions = {
    method,
    headers,
    ...(agent === undefined ? {} : { agent }),
    ...(auth === undefined ? {} : { auth }),
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve) => {
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    const outgoing = send(url, options, (response) => {
      clearTimeout(timer);
      resolve({
        value: { status: response.statusCode ?? 0, body: response, isWhole: () => response.complete },
      });
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${answerMs / 1000} s`)),
      answerMs,
    );
    outgoing.once('error', (error) => {
      clearTimeout(timer);
      resolve({ error, reused: outgoing.reusedSocket });
    });
    outgoing.end(body);
  });
}
