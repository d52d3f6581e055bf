import { LEASE } from '../programs/index.ts';
import { transaction } from './transaction.ts';

/** The term of a lease as nft takes it. */
const LEASE_SECONDS = LEASE.termMs / 1000;

/** The first packet of a TCP connection. */
const OPENING = 'tcp flags & (fin|syn|rst|ack) == syn';

/**
 * The agent's table. Ports in the map `intercept` go to the listener that the map names, whether the caller comes
 * from outside (`pre`) or from inside the namespace, such as a sidecar on 127.0.0.1 (`out`).
 * Priority -105 comes before Docker's and kube-proxy's own translation at -100.
 *
 * Only what opens a connection is sent there. A namespace without such rules has not followed its connections until now:
 * the next packet of one that was open before looks new to the kernel, and would be torn from the other end it has.
 */
export function agentTable(table: string, exemptGroup: number): string {
  return transaction([
    `add map inet ${table} intercept { type inet_service : inet_service; flags timeout; }`,
    `add chain inet ${table} pre { type nat hook prerouting priority -105; }`,
    `add rule inet ${table} pre ${OPENING} redirect to :tcp dport map @intercept`,
    `add chain inet ${table} out { type nat hook output priority -105; }`,
    `add rule inet ${table} out meta skgid ${exemptGroup} return`,
    `add rule inet ${table} out oifname "lo" ${OPENING} redirect to :tcp dport map @intercept`,
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
