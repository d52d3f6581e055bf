/**
 * Which agent is meant: `net` takes ports over, for which it has the capability NET_ADMIN; `plain` connects and looks up,
 * and needs none. Whatever is bridged has an agent of the first kind, everything else one of the second.
 */
export type AgentKind = 'net' | 'plain';
