import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pass } from './flying-clock.ts';

/** What is asked; who asks slowly is answered after `SLOW_MS`. */
export type Question = 'who?' | 'who, slowly?';

/** How long an answer takes that is asked for slowly, milliseconds. */
export const SLOW_MS = 1000;

/** A server on a port of 127.0.0.1 that says one word to whoever asks, and ends. */
export class TinyServer {
  readonly port: number;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  /** `mayAnswer`: waited for before each answer. Errors: of the system, such as EADDRINUSE. */
  static async listen(word: string, port: number, mayAnswer?: () => Promise<void>): Promise<TinyServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', async (question) => {
        await mayAnswer?.();
        if (question.includes('slowly')) await pass(SLOW_MS);
        socket.end(word);
      });
      // Whoever asks nothing gets no answer.
      socket.on('end', () => socket.end());
    });
    const served = new TinyServer(server, port);
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    return served;
  }

  /** Breaks what is open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}

/** Source ports of connections are chosen from above here, so that none is ever in the way. */
const PORTS = { from: 20_000, to: 32_000 };

let lastPort = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));

/** A port of 127.0.0.1 on which nobody listens, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    lastPort = lastPort + 1 < PORTS.to ? lastPort + 1 : PORTS.from;
    try {
      (await TinyServer.listen('', lastPort)).close();
      return lastPort;
    } catch {
      // Somebody does.
    }
  }
}

/** What a server says to a caller; `nobody` when it refuses, `broken` when it breaks off, or says nothing. */
export async function answerTo(caller: Socket, question: Question = 'who?'): Promise<string> {
  caller.on('error', () => {});
  caller.write(question);
  try {
    return (await text(caller)) || 'broken';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'nobody' : 'broken';
  } finally {
    caller.destroy();
  }
}

/** Calls a port of 127.0.0.1. */
export function call(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
}
