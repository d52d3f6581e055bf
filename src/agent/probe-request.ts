import type { RequestHead } from '../http1/index.ts';

const REQUEST_LINE = /^(?:GET|HEAD|POST) \S+ HTTP\/1\.[01]\r\n/;
const HEADERS_END = '\r\n\r\n';

/** Headers of a probe are short; a longer beginning is somebody's request. */
const LONGEST = 8192;

/**
 * Whether bytes are the beginning of an HTTP/1 request, with all its headers, that one of these user agents sends. `*`
 * at the end of one stands for any rest; an empty one is a request without the header. Pure.
 */
export function isRequestOf(start: Buffer, userAgents: readonly string[]): boolean {
  const text = start.subarray(0, LONGEST).toString('latin1');
  const end = text.indexOf(HEADERS_END);
  if (end < 0 || !REQUEST_LINE.test(text)) return false;
  const sent = /\r\nuser-agent:[ \t]*([^\r\n]*)/i.exec(text.slice(0, end))?.[1]?.trim() ?? '';
  return isOneOf(sent, userAgents);
}

/** Methods that probes use. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** The same of a request whose head was read. Pure. */
export function isProbe({ method, fields }: RequestHead, userAgents: readonly string[]): boolean {
  if (userAgents.length === 0 || !METHODS.has(method)) return false;
  const sent = fields.find(({ name }) => name.toLowerCase() === 'user-agent')?.value ?? '';
  return isOneOf(sent, userAgents);
}

function isOneOf(sent: string, userAgents: readonly string[]): boolean {
  return userAgents.some((wanted) =>
    wanted.endsWith('*') ? sent.startsWith(wanted.slice(0, -1)) : sent === wanted,
  );
}
