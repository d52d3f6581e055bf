import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent, type AgentOptions, request as requestHttps } from 'node:https';
import { createInterface } from 'node:readline';
import { DevenvError } from '../common/errors.ts';
import { ApiRefusal, explain, noCredentials } from './failures.ts';
import type { Cluster } from './kubeconfig.ts';
import { type Outcome, onceMoreIfStale } from './once-more.ts';

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

/** One change that a watch tells. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** Credentials and connection of one request, as Node's clients take them. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent | undefined;
  /** `USER:PASSWORD` for basic authentication. */
  readonly auth: string | undefined;
}

/**
 * The API server, spoken to over kept connections. The client library's own classes open a TLS connection for each
 * request and cannot be cancelled; credentials, however they are made, are the library's.
 * Errors of every method: `cluster-unreachable`, `credential-refused`, `permission-missing`, `cluster-failed` with an
 * `ApiRefusal` as cause, `cancelled`.
 */
export class ClusterApi {
  readonly cluster: Cluster;
  /** Streams into pods were refused over SPDY, but not over a WebSocket. */
  refusesSpdy = false;
  #kept: { readonly key: string; readonly agent: Agent } | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Sends a request and reads the answer as JSON. */
  async send<T>(request: ApiRequest): Promise<T> {
    const text = await this.text(request);
    try {
      return JSON.parse(text);
    } catch {
      throw explain(this.cluster, request.doing, new ApiRefusal(200, '', shortened(text)));
    }
  }

  /** Sends a request and reads the answer as it is. */
  async text(request: ApiRequest): Promise<string> {
    const response = await this.#open(request);
    return await this.#within(request, () => textOf(response));
  }

  /** Yields the changes of a collection until the server ends the watch. */
  async *watch<T>(request: ApiRequest): AsyncGenerator<WatchEvent<T>> {
    const query = { ...request.query, watch: 'true' };
    const response = await this.#open({ ...request, query });
    try {
      for await (const line of createInterface({ input: response })) yield JSON.parse(line);
    } catch (error) {
      throw explain(this.cluster, request.doing, error);
    } finally {
      response.destroy();
    }
  }

  /** What a WebSocket to the API server needs. Errors: `credential-refused`. */
  async credentials(): Promise<Credentials> {
    const options: RequestOptions & AgentOptions = {};
    try {
      await this.cluster.config.applyToHTTPSOptions(options);
      const { tokenFile } = this.cluster;
      if (tokenFile !== undefined) {
        const token = await readFile(tokenFile, 'utf8');
        options.headers = { ...options.headers, Authorization: `Bearer ${token.trim()}` };
      }
    } catch (error) {
      throw noCredentials(this.cluster, error);
    }
    const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]);
    return {
      headers: Object.fromEntries(headers),
      agent: options.agent instanceof Agent ? options.agent : undefined,
      auth: options.auth ?? undefined,
    };
  }

  /** The same, for a request over one of the connections that are kept open. Errors: `credential-refused`. */
  async keptConnection(): Promise<Credentials> {
    const credentials = await this.credentials();
    return { ...credentials, agent: this.#keep(credentials.agent) };
  }

  /** Ends the connections that nobody uses. */
  close(): void {
    this.#kept?.agent.destroy();
  }

  async #open(request: ApiRequest): Promise<IncomingMessage> {
    const credentials = await this.keptConnection();
    const response = await this.#within(request, () => this.#roundTrip(request, credentials));
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const text = await this.#within(request, () => textOf(response));
    throw explain(this.cluster, request.doing, refusalIn(status, text));
  }

  async #within<T>(request: ApiRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (request.signal?.aborted) throw cancelledRequest(request);
      throw explain(this.cluster, request.doing, error);
    }
  }

  async #roundTrip(request: ApiRequest, credentials: Credentials): Promise<IncomingMessage> {
    const url = new URL(this.cluster.server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const method = request.method ?? 'GET';
    const patch = request.patch ?? 'strategic-merge-patch';
    const type = method === 'PATCH' ? `application/${patch}+json` : 'application/json';
    const options: RequestOptions = {
      method,
      headers: {
        ...credentials.headers,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      },
      ...(credentials.agent === undefined ? {} : { agent: credentials.agent }),
      ...(credentials.auth === undefined ? {} : { auth: credentials.auth }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    return onceMoreIfStale(() => exchange(url, options, body), request.signal);
  }

  /** The agent of the library, with connections kept; another one when the credentials have changed. */
  #keep(agent: Agent | undefined): Agent | undefined {
    // One that goes through a proxy is used as it is.
    if (agent === undefined || Object.getPrototypeOf(agent) !== Agent.prototype) return agent;
    const { ca, cert, key, pfx, servername, rejectUnauthorized } = agent.options;
    const identity = JSON.stringify([ca, cert, key, pfx, servername, rejectUnauthorized].map(String));
    if (this.#kept?.key !== identity) {
      this.#kept?.agent.destroy();
      this.#kept = { key: identity, agent: new Agent({ ...agent.options, keepAlive: true }) };
    }
    return this.#kept.agent;
  }
}

/** One request and the beginning of its answer. */
function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<Outcome<IncomingMessage>> {
  return new Promise((resolve) => {
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    const outgoing = send(url, options, (response) => {
      clearTimeout(timer);
      resolve({ value: response });
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)),
      ANSWER_MS,
    );
    outgoing.once('error', (error) => {
      clearTimeout(timer);
      resolve({ error, reused: outgoing.reusedSocket });
    });
    outgoing.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return text;
}

function refusalIn(status: number, text: string): ApiRefusal {
  try {
    const answer: { message?: unknown; reason?: unknown } = JSON.parse(text);
    if (typeof answer.message === 'string')
      return new ApiRefusal(status, String(answer.reason ?? ''), answer.message);
  } catch {
    // A proxy on the way answers in words of its own.
  }
  return new ApiRefusal(status, '', `status ${status}: ${shortened(text)}`);
}

function shortened(text: string): string {
  return text.trim().slice(0, 300);
}

function cancelledRequest(request: ApiRequest): DevenvError {
  return new DevenvError({ code: 'cancelled', message: `${request.doing}: cancelled`, owner: 'user' });
}
