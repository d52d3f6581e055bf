import type { Claim } from './claim.ts';

/** What a request gets, as an answer of HTTP/1, when the service is away and nobody else may answer. */
export function refusalOf({ port, claimant: { owner } }: Claim): Buffer {
  const body = `devenv: port ${port} is bridged to project ${owner.project} of ${owner.user}, whose service takes no requests now; the bridge says \`fallback: fail\`\n`;
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Retry-After: 1',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
