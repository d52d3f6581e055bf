import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { pause } from '../common/deadline.ts';
import { DevenvError, errorFacts, systemCode } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';
import type { Event, Reporter } from '../model/event.ts';
import { answersOn, type SessionAnswer, type SessionRequest } from './control-client.ts';

/** Answers a request; what it reports meanwhile goes to the asker. */
export type RequestHandler = (
  request: SessionRequest,
  asker: Asker,
) => Promise<Exclude<SessionAnswer, { event: Event }>>;

/** How long the end of a session waits for its last answers to be read, milliseconds. */
const LAST_WORDS_MS = 1000;

/** Somebody who asked. */
export interface Asker {
  /** Sends an event; dropped when the asker has left. */
  readonly tell: Reporter;
  /** Resolves when the asker has left. */
  readonly left: Promise<void>;
}

/** The control socket of a session. Holding it is being the session of the project on this machine. */
export class ControlSocket {
  readonly #server: Server;
  readonly #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /** Errors: `session-conflict` when a session of this project answers there already. */
  static async open(path: string, handle: RequestHandler): Promise<ControlSocket> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const server = createServer((socket) => void serve(socket, handle));
    try {
      await listen(server, path);
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE') throw error;
      if (await answersOn(path)) throw conflict();
      // A session that was killed leaves its socket behind.
      await rm(path, { force: true });
      await listen(server, path);
    }
    return new ControlSocket(server, path);
  }

  /** Takes no more requests, and waits a moment for those being answered. */
  async close(): Promise<void> {
    await rm(this.#path, { force: true });
    const answered = new Promise((resolve) => this.#server.close(resolve));
    await Promise.race([answered, pause(LAST_WORDS_MS)]);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}

async function serve(socket: Socket, handle: RequestHandler): Promise<void> {
  const left = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  const send = (answer: SessionAnswer) => {
    if (socket.writable) socket.write(encodeLine(answer));
  };
  try {
    for await (const value of readJsonLines(socket)) {
      const request = value as SessionRequest;
      // Answered here and not below: leaving the loop closes the socket.
      send(await answer(() => handle(request, { tell: (event) => send({ event }), left })));
      break;
    }
  } catch {
    // Whoever sends what is no JSON gets no answer.
  }
  socket.end();
}

async function answer(work: () => Promise<SessionAnswer>): Promise<SessionAnswer> {
  try {
    return await work();
  } catch (error) {
    return { error: errorFacts(error) };
  }
}

function conflict(): DevenvError {
  return new DevenvError({
    code: 'session-conflict',
    message: 'a session of this project was started at the same moment',
    hint: 'run the command again: it will join that session',
    owner: 'user',
  });
}
