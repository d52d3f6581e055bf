import { transaction } from './transaction.ts';

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

/** The gateway's table: every lookup and every TCP connection that leaves the service goes to the gateway. */
export function gatewayTable(table: string, settings: GatewayTable): string {
  const rule = (text: string) => `add rule inet ${table} out ${text}`;
  return transaction([
    `add chain inet ${table} out { type nat hook output priority -105; }`,
    rule(`meta skgid ${settings.exemptGroup} return`),
    rule(`udp dport 53 redirect to :${settings.dnsPort}`),
    rule(`tcp dport 53 redirect to :${settings.dnsPort}`),
    ...settings.loopbackPorts.map((port) =>
      rule(`oifname "lo" tcp dport ${port} redirect to :${settings.tcpPort}`),
    ),
    rule('fib daddr type local return'),
    ...ranges(settings.ownSubnets).map((range) => rule(`${range} return`)),
    rule(`meta l4proto tcp redirect to :${settings.tcpPort}`),
  ]);
}

/** The same for a service in no workload's network: only connections to neighbours go to the gateway, which are these ranges. */
export function neighboursTable(
  table: string,
  settings: Pick<GatewayTable, 'exemptGroup' | 'tcpPort'> & { readonly ranges: readonly string[] },
): string {
  const rule = (text: string) => `add rule inet ${table} out ${text}`;
  return transaction([
    `add chain inet ${table} out { type nat hook output priority -105; }`,
    rule(`meta skgid ${settings.exemptGroup} return`),
    ...ranges(settings.ranges).map((range) =>
      rule(`${range} meta l4proto tcp redirect to :${settings.tcpPort}`),
    ),
  ]);
}

/** The engine's resolver, which asks this machine's: no way around the workload's names. */
const ENGINE_RESOLVER = '127.0.0.11';

/** What a neighbour on an IPv6 network must be able to say; without it there is none. */
const NEIGHBOURHOOD =
  'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report, mld2-listener-report }';

/** What the guard is made from. */
export interface GuardTable {
  /** The gateway's group, which alone may ask resolvers. No way out is open to it either. */
  readonly exemptGroup: number;
  /** Ranges in CIDR notation that the service reaches directly: the project's own network. */
  readonly ownSubnets: readonly string[];
  /**
   * `loopback`, the default: whatever goes to loopback passes. `own addresses`: where all routes lead there, only what is
   * for an address of the namespace itself.
   */
  readonly reach?: 'loopback' | 'own addresses';
}

/**
 * What stands in the service's namespace from its first moment to its last, whether a gateway runs or not: loopback,
 * the project's own network and answers to callers, and nothing else. What the gateway carries goes to its listeners on
 * loopback, so that all the rest would leave through this machine instead of the workload: it is refused, visibly and
 * at once.
 */
export function guardTable(
  table: string,
  { exemptGroup, ownSubnets, reach = 'loopback' }: GuardTable,
): string {
  const rule = (text: string) => `add rule inet ${table} out ${text}`;
  return transaction([
    `add table inet ${table}`,
    // After all translation: where a connection really goes.
    `add chain inet ${table} out { type filter hook output priority 0; }`,
    rule('ct direction reply return'),
    rule(`ip daddr ${ENGINE_RESOLVER} meta skgid != ${exemptGroup} reject with icmpx type admin-prohibited`),
    rule(
      `meta skgid != ${exemptGroup} meta l4proto { tcp, udp } th dport 53 reject with icmpx type admin-prohibited`,
    ),
    ...(reach === 'loopback' ? [rule('oifname "lo" return')] : []),
    rule('fib daddr type local return'),
    ...ranges(ownSubnets).map((range) => rule(`${range} return`)),
    rule(`${NEIGHBOURHOOD} return`),
    rule('meta l4proto tcp reject with tcp reset'),
    rule('reject with icmpx type admin-prohibited'),
  ]);
}

function ranges(subnets: readonly string[]): readonly string[] {
  return subnets.map((subnet) => `${subnet.includes(':') ? 'ip6' : 'ip'} daddr ${subnet}`);
}
