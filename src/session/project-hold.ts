import { ControlSocket, type RequestHandler } from './control-server.ts';
import { type Holder, SessionLock } from './session-lock.ts';

/** What holding a project takes. */
export interface HoldOptions {
  readonly socketPath: string;
  readonly holder: Holder;
  /** Descriptor of the lock that the process before left to this one; absent = this one begins. */
  readonly inherited: number | undefined;
}

/** A project while it is this session's: nobody else has its lock, and whoever asks for its session is answered. */
export class ProjectHold {
  readonly lock: SessionLock;
  readonly #socket: ControlSocket;

  private constructor(lock: SessionLock, socket: ControlSocket) {
    this.lock = lock;
    this.#socket = socket;
  }

  /** Errors: `session-conflict` when another session has it; `permission-missing`. */
  static async take(
    { socketPath, holder, inherited }: HoldOptions,
    handle: RequestHandler,
  ): Promise<ProjectHold> {
    const lock = await SessionLock.take(socketPath, holder, inherited);
    try {
      return new ProjectHold(lock, await ControlSocket.open(socketPath, handle));
    } catch (error) {
      lock.release(true);
      throw error;
    }
  }

  /** Answers nobody any more, and keeps the lock: the process that inherits it listens in the same place. */
  async stopAnswering(): Promise<void> {
    await this.#socket.close();
  }

  /**
   * Gives the project up: whoever is told of it may take it at once, which is why `tell` is called in between. Resolves
   * when those who still wait for an answer have it. `leaves`: something of this session is there still.
   */
  async release(leaves: boolean, tell: () => void): Promise<void> {
    const answered = this.#socket.close();
    // Whoever gets the lock listens in the same place: the path is free by now.
    this.lock.release(leaves);
    tell();
    await answered;
  }
}
