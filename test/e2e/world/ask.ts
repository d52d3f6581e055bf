import { type Agent, request } from 'node:http';

/** What came of one request. */
export interface Answer {
  readonly status: number;
  /** `original`, `local`, or `sidecar` when that could not reach the app; undefined without the header. */
  readonly by: string | undefined;
  /** Without the line end. */
  readonly body: string;
  /** Where the answer leads to; undefined when it does not. */
  readonly location: string | undefined;
  /** What the answer sets, whole. */
  readonly cookies: readonly string[];
}

/** How to ask. */
export interface Question {
  /** Whose connections to use; absent = a connection of its own. */
  readonly agent?: Agent;
  /** Milliseconds until an answer must be complete; default 10 s. */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Port to ask from; absent = one that the kernel picks. */
  readonly localPort?: number;
}

/** One GET. Errors: the connection's (`ECONNRESET`, `ECONNREFUSED` …) or `TimeoutError`. */
export function ask(url: string, question: Question = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(question.timeoutMs ?? 10_000);
    const outgoing = request(
      url,
      {
        agent: question.agent ?? false,
        headers: question.headers ?? {},
        localPort: question.localPort,
        signal,
      },
      (response) => {
        const by = response.headers['x-answered-by'];
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('error', (error) => reject(signal.aborted ? signal.reason : error));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            by: typeof by === 'string' ? by : undefined,
            body: body.trimEnd(),
            location: response.headers.location,
            cookies: response.headers['set-cookie'] ?? [],
          }),
        );
      },
    );
    outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    outgoing.end();
  });
}
