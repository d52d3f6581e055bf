import { LEASE } from '../programs/index.ts';
import { transaction } from './transaction.ts';

/** The term of a lease as nft takes it. */
const LEASE_SECONDS = LEASE.termMs / 1000;

/** The first packet of a TCP connection. */
const OPENING = 'tcp flags & (fin|syn|rst|ack) == syn';

/**
 * What is on its way to a transparent proxy of the pod already. Redirecting it would not take it from there, but would
 * change the address that the proxy reads from its socket.
 */
const TO_TRANSPARENT_PROXY = 'socket transparent 1';

/** What an agent's table is made from. */
export interface AgentTable {
  /** Group of the agent: its own connections are left alone. */
  readonly exemptGroup: number;
  /** Whether the kernel has the expression `socket`; without it a transparent proxy is not told from other listeners. */
  readonly knowsSockets: boolean;
}

/**
 * The agent's table. Ports in the map `intercept` go to the listener that the map names, whether the caller comes
 * from outside (`pre`) or from inside the namespace (`out`), such as a sidecar.
 *
 * Priority -95 comes after a mesh's own redirection at -100, and of several translations in a hook the first one counts:
 * what the mesh takes goes to its proxy, which authenticates and authorizes, and from there, by `out`, to the service.
 * `pre` serves what no mesh takes. In `out` only the port is changed: `redirect` would also change the address to
 * 127.0.0.1, from which no answer finds the way to a proxy that calls under its caller's address.
 *
 * Only what opens a connection is sent there. A namespace without such rules has not followed its connections until now:
 * the next packet of one that was open before looks new to the kernel, and would be torn from the other end it has.
 */
export function agentTable(table: string, { exemptGroup, knowsSockets }: AgentTable): string {
  return transaction([
    `add map inet ${table} intercept { type inet_service : inet_service; flags timeout; }`,
    `add chain inet ${table} pre { type nat hook prerouting priority -95; }`,
    ...(knowsSockets ? [`add rule inet ${table} pre ${TO_TRANSPARENT_PROXY} return`] : []),
    `add rule inet ${table} pre ${OPENING} redirect to :tcp dport map @intercept`,
    `add chain inet ${table} out { type nat hook output priority -95; }`,
    `add rule inet ${table} out meta skgid ${exemptGroup} return`,
    `add rule inet ${table} out oifname "lo" ${OPENING} dnat to :tcp dport map @intercept`,
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
