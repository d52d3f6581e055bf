import { isIPv6 } from 'node:net';

/** Where one stream of a tunnel ends. */
export type StreamTarget =
  /** A TCP connection to an address or name and a port. IPv6 addresses without brackets. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** The workload's resolver: each message with a two-byte length before it, as DNS over TCP has it. */
  | { readonly kind: 'dns' };

/** The `:authority` of the HTTP/2 CONNECT that opens the stream. */
export function encodeStreamTarget(target: StreamTarget): string {
  switch (target.kind) {
    case 'dns':
      return 'dns';
    case 'tcp':
      return target.host.includes(':') ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
  }
}

/** Undefined for an authority that is none of ours. */
export function decodeStreamTarget(authority: string): StreamTarget | undefined {
  if (authority === 'dns') return { kind: 'dns' };
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/.exec(authority);
  const [, address, name, digits] = match ?? [];
  const host = address !== undefined && isIPv6(address) ? address : name;
  const port = Number(digits);
  if (host === undefined || !(port >= 1 && port <= 65535)) return undefined;
  return { kind: 'tcp', host, port };
}
