import { readFile, rm } from 'node:fs/promises';
import { DevenvError } from '../common/errors.ts';
import type { SessionOwner } from '../model/owner.ts';
import { dialPrivately, FileLock, isLocked } from '../runtime-directory/index.ts';

/** Who holds a project on this machine. */
export interface Holder extends SessionOwner {
  /** Name of the project. */
  readonly project: string;
  /** Of the process. */
  readonly pid: number;
}

/** Sessions that ended without a word are remembered until what they left is removed: no more than so many. */
const MOST_ENDED = 20;

/**
 * Holding it is being the session of a project for this user on this machine. It dies with its process and with nothing
 * else: whoever is stopped or busy has it still, and whoever finds it free knows that its last holder is gone.
 */
export class SessionLock {
  readonly #file: FileLock;
  readonly #holder: Holder;
  #ended: ReadonlySet<string>;

  private constructor(file: FileLock, holder: Holder, ended: ReadonlySet<string>) {
    this.#file = file;
    this.#holder = holder;
    this.#ended = ended;
    this.#write();
  }

  /**
   * `inherited`: descriptor of the lock that the process before left to this one.
   * Errors: `session-conflict` when another session of the project has it; `permission-missing`.
   */
  static async take(socketPath: string, holder: Holder, inherited?: number): Promise<SessionLock> {
    const path = lockPath(socketPath);
    const left = inherited === undefined ? undefined : await FileLock.inherited(path, inherited);
    const file = left ?? (await FileLock.take(path));
    if (file === undefined) throw conflict();
    // The file may have been removed under its holder, by somebody who tidies up.
    const dialled = left === undefined ? await dialPrivately(socketPath) : 'nobody';
    if (dialled !== 'nobody') {
      if (dialled !== 'busy') dialled.destroy();
      file.release('keep');
      throw conflict();
    }
    const ended = new Set(endedIn(file.read()));
    ended.delete(holder.session);
    return new SessionLock(file, holder, ended);
  }

  /** Sessions that had it before and are gone, whatever they left. */
  get ended(): ReadonlySet<string> {
    return this.#ended;
  }

  /** For a process that shall have the lock from its beginning. */
  get descriptor(): number {
    return this.#file.descriptor;
  }

  /** What earlier sessions left is removed. */
  forgetEnded(): void {
    this.#ended = new Set();
    this.#write();
  }

  /** Lets go of it. `leaves`: something of this session is there still, which the next one shall know to be left. */
  release(leaves: boolean): void {
    this.#file.release(leaves ? 'keep' : 'remove');
  }

  #write(): void {
    this.#file.write(JSON.stringify({ ...this.#holder, ended: [...this.#ended].slice(0, MOST_ENDED) }));
  }
}

/** Who holds the lock now, as far as that can be read; undefined = nobody does. Errors: `permission-missing`. */
export async function holderAt(socketPath: string): Promise<Partial<Holder> | undefined> {
  const locked = await isLocked(lockPath(socketPath));
  return locked === undefined ? undefined : recorded(locked.text);
}

/** Sessions that had the lock, which is free, and left something perhaps. */
export async function endedAt(socketPath: string): Promise<ReadonlySet<string>> {
  return new Set(endedIn(await readFile(lockPath(socketPath), 'utf8').catch(() => '')));
}

/** A session that was killed leaves its socket and its lock: removes both, unless another one has the lock by now. */
export async function forgetKilled(socketPath: string): Promise<void> {
  const file = await FileLock.take(lockPath(socketPath));
  if (file === undefined) return;
  await rm(socketPath, { force: true });
  file.release('remove');
}

function lockPath(socketPath: string): string {
  return socketPath.replace(/\.sock$/, '.lock');
}

function endedIn(text: string): readonly string[] {
  const { session, ended } = recorded(text);
  return [session, ...(ended ?? [])].filter((id): id is string => typeof id === 'string' && id !== '');
}

/** What a holder wrote; nothing when it has not come to that. */
function recorded(text: string): Partial<Holder & { readonly ended: readonly string[] }> {
  try {
    const value: unknown = JSON.parse(text);
    // Nobody but this user can write there; what another version left out is undefined.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
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
