import type { PublishedPort } from './workspace.ts';

/** A published port as `docker ps` writes it, e.g. `127.0.0.1:49153->8080/tcp`; an IPv6 address stands in brackets. */
export function publishedPortText({ hostIp, published, target, protocol }: PublishedPort): string {
  const address = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  return published === undefined ? `${target}/${protocol}` : `${address}:${published}->${target}/${protocol}`;
}
