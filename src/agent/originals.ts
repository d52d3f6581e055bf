import { connect, type Socket } from 'node:net';
import type { Destination } from '../netfilter/index.ts';

/**
 * This agent's own connections to original containers. Its group is exempt from the packet rules, so these do not come back
 * here.
 */
export class Originals {
  readonly #open = new Set<Socket>();

  connect(destination: Destination): Socket {
    const socket = connect({ ...destination, allowHalfOpen: true, noDelay: true });
    this.#open.add(socket);
    // It may be refused before anybody carries it; 'close' follows, and says enough.
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  }

  /** Whether a connection to an original is one of these, told by the port it is made from. */
  isOurs(peerPort: number): boolean {
    return [...this.#open].some(({ localPort }) => localPort === peerPort);
  }
}
