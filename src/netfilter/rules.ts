import { LEASE } from '../programs/index.ts';

/** Each function gives one nft transaction as one line: it is done whole or not at all. */

/** The term of a lease as nft takes it. */
const LEASE_SECONDS = LEASE.termMs / 1000;

/**
 * The agent's table. Ports in the map `intercept` go to the listener that the map names, whether the caller comes
 * from outside (`pre`) or from inside the namespace, such as a sidecar on 127.0.0.1 (`out`).
 * Priority -105 comes before Docker's and kube-proxy's own translation at -100.
 */
export function agentTable(table: string, exemptGroup: number): string {
  return transaction([
    `add map inet ${table} intercept { type inet_service : inet_service; flags timeout; }`,
    `add chain inet ${table} pre { type nat hook prerouting priority -105; }`,
    `add rule inet ${table} pre meta l4proto tcp redirect to :tcp dport map @intercept`,
    `add chain inet ${table} out { type nat hook output priority -105; }`,
    `add rule inet ${table} out meta skgid ${exemptGroup} return`,
    `add rule inet ${table} out oifname "lo" meta l4proto tcp redirect to :tcp dport map @intercept`,
  ]);
}

/** Begins to send `port` to `listener`. Fails when it is in the map already. */
export function interceptAdd(table: string, port: number, listener: number): string {
  return `add element inet ${table} intercept { ${port} timeout ${LEASE_SECONDS}s : ${listener} }`;
}

/** Gives the lease of `port` a new term, without a moment in between. Fails when it has just expired. */
export function interceptRenew(table: string, port: number, listener: number): string {
  return transaction([interceptRemove(table, port), interceptAdd(table, port, listener)]);
}

/** Gives `port` back. Fails when it is not in the map. */
export function interceptRemove(table: string, port: number): string {
  return `delete element inet ${table} intercept { ${port} }`;
}

/** What the gateway's table is made from. */
export interface GatewayTable {
  readonly exemptGroup: number;
  /** Listener for redirected TCP. */
  readonly tcpPort: number;
  /** Listener for DNS, UDP and TCP. */
  readonly dnsPort: number;
  /** Ranges in CIDR notation that the service reaches directly: the project's own network. */
  readonly ownSubnets: readonly string[];
  /** Ports of the service's own loopback addresses that lead to the workload's. */
  readonly loopbackPorts: readonly number[];
}

/**
 * The gateway's table: every lookup and every TCP connection that leaves the service goes to the gateway;
 * UDP other than lookups is refused visibly, because it would leave through this machine instead of the workload.
 */
export function gatewayTable(table: string, settings: GatewayTable): string {
  const own = settings.ownSubnets.map(
    (subnet) => `${subnet.includes(':') ? 'ip6' : 'ip'} daddr ${subnet} return`,
  );
  const rule = (chain: string, text: string) => `add rule inet ${table} ${chain} ${text}`;
  return transaction([
    `add chain inet ${table} out { type nat hook output priority -105; }`,
    rule('out', `meta skgid ${settings.exemptGroup} return`),
    rule('out', `udp dport 53 redirect to :${settings.dnsPort}`),
    rule('out', `tcp dport 53 redirect to :${settings.dnsPort}`),
    ...settings.loopbackPorts.map((port) =>
      rule('out', `oifname "lo" tcp dport ${port} redirect to :${settings.tcpPort}`),
    ),
    rule('out', 'fib daddr type local return'),
    ...own.map((text) => rule('out', text)),
    rule('out', `meta l4proto tcp redirect to :${settings.tcpPort}`),
    `add chain inet ${table} refuse { type filter hook output priority 0; }`,
    rule('refuse', `meta skgid ${settings.exemptGroup} return`),
    rule('refuse', 'ct direction reply return'),
    rule('refuse', 'fib daddr type local return'),
    ...own.map((text) => rule('refuse', text)),
    rule('refuse', 'meta l4proto udp reject with icmpx type admin-prohibited'),
  ]);
}

function transaction(commands: readonly string[]): string {
  return commands.join('; ');
}
