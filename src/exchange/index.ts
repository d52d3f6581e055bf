/**
 * The HTTP/1 requests of one caller, each to the upstream that is chosen for it, bytes unchanged.
 * Knows no claims, sessions or filters: whoever starts an exchange gives it `choose`, and it tells nobody what it does.
 */
export { type Exchange, exchange } from './exchange.ts';
export type { Choice, ExchangeOptions, OpenedEndpoint, Route, Upstream } from './route.ts';
