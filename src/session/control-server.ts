import { createServer, type Server, type Socket } from 'node:net';
import { pause } from '../common/deadline.ts';
import { errorFacts } from '../common/errors.ts';
import { readJsonLines } from '../common/json-lines.ts';
import type { Reporter } from '../model/event.ts';
import { isOwnPeer, listenPrivately } from '../runtime-directory/index.ts';
import { boundedAnswers } from './bounded-answers.ts';
import type { FinalAnswer, SessionAnswer, SessionRequest } from './control-client.ts';
import { sessionRequestOf } from './control-messages.ts';

/** Answers a request; what it reports meanwhile goes to the asker. */
export type RequestHandler = (request: SessionRequest, asker: Asker) => Promise<FinalAnswer>;

/** How long the end of a session waits for its last answers to be read, milliseconds. */
const LAST_WORDS_MS = 1000;

/** Longest request of this user's own programs, bytes: a workspace is about as large as its files. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** Somebody who asked. */
export interface Asker {
  /** Sends an event; dropped when the asker has left. */
  readonly tell: Reporter;
  /** Resolves when the asker has left. */
  readonly left: Promise<void>;
}

/** The control socket of a session, which only this user's programs may speak on. Whoever opens it holds the lock. */
export class ControlSocket {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Takes the place of a socket that a session left which was killed. Errors: `permission-missing`. */
  static async open(path: string, handle: RequestHandler): Promise<ControlSocket> {
    const server = createServer((socket) => void serve(socket, handle));
    await listenPrivately(server, path);
    return new ControlSocket(server);
  }

  /**
   * Takes no more requests, and waits a moment for those being answered. When it returns, before it resolves, the path
   * is free for the next session.
   */
  close(): Promise<unknown> {
    const answered = new Promise((resolve) => this.#server.close(resolve));
    return Promise.race([answered, pause(LAST_WORDS_MS)]);
  }
}

async function serve(socket: Socket, handle: RequestHandler): Promise<void> {
  const left = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  if (!(await isOwnPeer(socket))) {
    socket.destroy();
    return;
  }
  const send = boundedAnswers(socket);
  // Whoever asks learns that somebody is there, however long the answer takes.
  send({ here: true });
  try {
    for await (const value of readJsonLines(socket, undefined, MAX_REQUEST_BYTES)) {
      // Answered here and not below: leaving the loop closes the socket.
      send(
        await answer(async () => handle(sessionRequestOf(value), { tell: (event) => send({ event }), left })),
      );
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
