import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import { DevenvError } from '../common/errors.ts';
import { readJsonLines } from '../common/json-lines.ts';
import { type ApiRequest, outgoingOf } from './api-request.ts';
import { ApiRefusal, explain, noCredentials } from './failures.ts';
import type { Cluster } from './kubeconfig.ts';
import { onceMoreIfStale } from './once-more.ts';
import { type Answer, exchange } from './outgoing.ts';
import { SharedConnection } from './shared-connection.ts';

const BROKEN = 'the connection broke in the middle of an answer';

/** One change that a watch tells. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** Connections that are kept, for as long as both sides are who they are. */
interface Kept {
  readonly identity: string;
  /** Undefined where the server does not know HTTP/2, or may not be asked for it. */
  shared: SharedConnection | undefined;
  readonly agent: Agent;
}

/** What all have in common who ask one server. */
interface Shared {
  refusesSpdy: boolean;
  kept: Kept | undefined;
  /** By namespace. */
  readonly within: Map<string, ClusterApi>;
}

/** Credentials and connection of one request, as Node's clients take them. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent | undefined;
  /** `USER:PASSWORD` for basic authentication. */
  readonly auth: string | undefined;
}

/**
 * The API server, spoken to over one connection by HTTP/2, or over kept ones where it, or a proxy on the way, knows only what
 * came before. The client library's own classes open a TLS connection for each request and cannot be cancelled;
 * credentials, however they are made, are the library's.
 * Errors of every method: `cluster-unreachable`, `credential-refused`, `permission-missing`, `cluster-failed` with an
 * `ApiRefusal` as cause, `cancelled`.
 */
export class ClusterApi {
  readonly cluster: Cluster;
  readonly #shared: Shared;

  /** `shared`: of another one, for the same server. */
  constructor(cluster: Cluster, shared: Shared = { refusesSpdy: false, kept: undefined, within: new Map() }) {
    this.cluster = cluster;
    this.#shared = shared;
    shared.within.set(cluster.namespace, this);
  }

  /** The same server, asked of another namespace over the same connections; undefined = of this one. */
  within(namespace: string | undefined): ClusterApi {
    if (namespace === undefined) return this;
    const known = this.#shared.within.get(namespace);
    return known ?? new ClusterApi({ ...this.cluster, namespace }, this.#shared);
  }

  /** Streams into pods were refused over SPDY, but not over a WebSocket. */
  get refusesSpdy(): boolean {
    return this.#shared.refusesSpdy;
  }

  set refusesSpdy(refuses: boolean) {
    this.#shared.refusesSpdy = refuses;
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
    const answer = await this.#open(request);
    return await this.#within(request, () => textOf(answer));
  }

  /** Yields the changes of a collection until the server ends the watch. */
  async *watch<T>(request: ApiRequest): AsyncGenerator<WatchEvent<T>> {
    const query = { ...request.query, watch: 'true' };
    const { body, isWhole } = await this.#open({ ...request, query });
    try {
      for await (const event of readJsonLines(body)) yield event as WatchEvent<T>;
      if (!isWhole()) throw new Error(BROKEN);
    } catch (error) {
      throw explain(this.cluster, request.doing, error);
    } finally {
      body.destroy();
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
    return { ...credentials, agent: this.#keep(credentials.agent)?.agent ?? credentials.agent };
  }

  /**
   * Opens a connection that the first upgrade will take, two round trips before anybody knows where that leads: it is none of
   * those for requests where the server knows HTTP/2. Nobody hears of it when that fails.
   */
  openAhead(): void {
    const open = async () => {
      const credentials = await this.credentials();
      const kept = this.#keep(credentials.agent);
      if (kept?.shared === undefined || credentials.auth !== undefined) return;
      const outgoing = outgoingOf(this.cluster.server, { doing: 'look', path: '/version' }, credentials);
      const answer = await exchange(outgoing, kept.agent, undefined);
      if ('value' in answer) answer.value.body.resume();
    };
    open().catch(() => {});
  }

  /** Ends the connections that nobody uses. */
  close(): void {
    this.#shared.kept?.agent.destroy();
    this.#shared.kept?.shared?.close();
  }

  async #open(request: ApiRequest): Promise<Answer> {
    const credentials = await this.credentials();
    const answer = await this.#within(request, () => this.#roundTrip(request, credentials));
    const { status } = answer;
    if (status >= 200 && status < 300) return answer;
    const text = await this.#within(request, () => textOf(answer));
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

  #roundTrip(request: ApiRequest, credentials: Credentials): Promise<Answer> {
    const outgoing = outgoingOf(this.cluster.server, request, credentials);
    const kept = this.#keep(credentials.agent);
    const attempt = async () => {
      const outcome = credentials.auth === undefined ? await kept?.shared?.request(outgoing) : undefined;
      if (outcome !== undefined) return outcome;
      if (kept !== undefined) kept.shared = undefined;
      return exchange(outgoing, kept?.agent ?? credentials.agent, credentials.auth);
    };
    return onceMoreIfStale(attempt, request.signal);
  }

  /** Connections that belong to these credentials; undefined where there are none that could be kept. */
  #keep(agent: Agent | undefined): Kept | undefined {
    // One that goes through a proxy is used as it is.
    if (agent === undefined || Object.getPrototypeOf(agent) !== Agent.prototype) return undefined;
    const { ca, cert, key, pfx, servername, rejectUnauthorized } = agent.options;
    const identity = JSON.stringify([ca, cert, key, pfx, servername, rejectUnauthorized].map(String));
    if (this.#shared.kept?.identity !== identity) {
      this.close();
      const server = new URL(this.cluster.server);
      const shared = server.protocol === 'https:' ? new SharedConnection(server, agent.options) : undefined;
      this.#shared.kept = { identity, shared, agent: new Agent({ ...agent.options, keepAlive: true }) };
    }
    return this.#shared.kept;
  }
}

async function textOf({ body, isWhole }: Answer): Promise<string> {
  let text = '';
  body.setEncoding('utf8');
  for await (const part of body) text += part;
  if (!isWhole()) throw new Error(BROKEN);
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
