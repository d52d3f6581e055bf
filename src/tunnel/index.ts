/**
 * Many TCP streams over one duplex, both ends: HTTP/2, one CONNECT stream per connection.
 * Given the duplex it knows nothing of Docker, Kubernetes, bridges or names; whoever opens streams calls
 * `openTunnel`, whoever serves them `serveTunnel`.
 */
export type { OpenedStream, Tunnel } from './client.ts';
export { openTunnel } from './client.ts';
export type { IncomingStream } from './server.ts';
export { serveTunnel } from './server.ts';
export { type Resettable, socketEndpoint, splice } from './splice.ts';
