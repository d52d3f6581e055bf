/**
 * Many TCP streams over one duplex, both ends: HTTP/2, one CONNECT stream per connection. And the pump that joins such
 * a stream with a socket, or any two.
 * Given the duplex it knows nothing of Docker, Kubernetes, bridges or names; whoever opens streams calls
 * `openTunnel`, whoever serves them `serveTunnel`.
 */
export { alwaysTaken } from './always-taken.ts';
export { BOUNDS, StreamBudget } from './budget.ts';
export type { OpenedStream, Tunnel } from './client.ts';
export { loadTunnels, openTunnel } from './client.ts';
export { carryToFirst, connectToFirst, LOOPBACK } from './connect-to-first.ts';
export { CurrentTunnel } from './current-tunnel.ts';
export { type Endpoint, isReset, type Resettable, socketEndpoint } from './endpoint.ts';
export { type Pump, pump } from './pump.ts';
export type { IncomingStream } from './server.ts';
export { serveTunnel } from './server.ts';
export { TUNNEL_WINDOW } from './settings.ts';
