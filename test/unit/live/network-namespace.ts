import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { PortTakeover } from '../../../src/agent/claim.ts';
import { pass } from './flying-clock.ts';
import { answerTo, call, type Question } from './tiny-server.ts';

/** How long a change of the packet rules takes, milliseconds. */
const RULE_MS = 20;

/**
 * The network namespace of a workload's place, without a kernel: knows which ports an agent has taken over, and sends
 * callers of those to the agent. All originals listen on 127.0.0.1 of this machine, each on a port of its own.
 */
export class NetworkNamespace implements PortTakeover {
  readonly #takenOver = new Set<number>();
  readonly #redirected = new Set<Socket>();
  #agent: ((socket: Socket, destination: { host: string; port: number }) => void) | undefined;

  /** An agent's packet rules stand: it gets the callers of the ports that it takes over. */
  redirectTo(agent: (socket: Socket, destination: { host: string; port: number }) => void): void {
    this.#agent = agent;
  }

  /** The packet rules vanish with their owner, and its connections break. */
  ownerEnded(): void {
    this.#agent = undefined;
    this.#takenOver.clear();
    for (const socket of this.#redirected) socket.destroy();
  }

  async start(port: number): Promise<void> {
    const agent = this.#agent;
    await pass(RULE_MS);
    if (agent !== undefined && agent === this.#agent) this.#takenOver.add(port);
  }

  async stop(port: number): Promise<void> {
    const agent = this.#agent;
    await pass(RULE_MS);
    if (agent === this.#agent) this.#takenOver.delete(port);
  }

  async drainOriginal(): Promise<void> {}

  async isListenedOn(): Promise<boolean> {
    return true;
  }

  /** Ports that are taken over now. */
  takenOver(): readonly number[] {
    return [...this.#takenOver];
  }

  /** Connections that go through the agent now. */
  get open(): number {
    return this.#redirected.size;
  }

  /** Who answers callers of a port here: the word of that server. */
  async ask(port: number, question?: Question): Promise<string> {
    const agent = this.#takenOver.has(port) ? this.#agent : undefined;
    if (agent === undefined) return answerTo(call(port), question);
    const listener = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the listener has no port');
    const caller = call(address.port);
    const [socket] = await once(listener, 'connection');
    listener.close();
    this.#redirected.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#redirected.delete(socket));
    agent(socket, { host: '127.0.0.1', port });
    return answerTo(caller, question);
  }
}
