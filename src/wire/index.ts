/**
 * The first moments of a duplex between session and program, and what a control duplex is afterwards: hello and
 * welcome, then requests with answers as JSON lines. Both ends. Does not know what the requests mean.
 */
export { acceptHello } from './accept.ts';
export { type Greeting, greet, type Introduction, introduce } from './greet.ts';
export { ControlClient, type Unnumbered } from './program-control-client.ts';
export { ControlServer } from './program-control-server.ts';
