import { type RequestHead, valuesOf } from '../http1/index.ts';

/** Methods that probes use. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/**
 * Whether one of these user agents sends this request. `*` at the end of one stands for any rest; an empty one is a request
 * without the header. Pure.
 */
export function isProbe({ method, fields }: RequestHead, userAgents: readonly string[]): boolean {
  if (userAgents.length === 0 || !METHODS.has(method)) return false;
  const [sent = ''] = valuesOf(fields, 'user-agent');
  return userAgents.some((wanted) =>
    wanted.endsWith('*') ? sent.startsWith(wanted.slice(0, -1)) : sent === wanted,
  );
}
