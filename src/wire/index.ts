/**
 * The first moments of a duplex between session and program, and what a control duplex is afterwards: hello and
 * welcome, then requests with answers as JSON lines. Both ends. Does not know what the requests mean.
 */
export { acceptHello } from './accept.ts';
export { ControlClient, type Unnumbered } from './control-client.ts';
export { ControlServer } from './control-server.ts';
export { greet } from './greet.ts';
