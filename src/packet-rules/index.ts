/**
 * The packet rules of agent and gateway as text for nft, each function one transaction. Pure: `netfilter/` gives them to
 * the kernel, the gateway's container its guard before anything else runs.
 */
export { agentTable, interceptAdd, interceptRemove, interceptRenew } from './agent-table.ts';
export { gatewayTable, guardTable, neighboursTable } from './gateway-tables.ts';
