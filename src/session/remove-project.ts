import { randomUUID } from 'node:crypto';
import { type CleanUpOptions, cleanUp } from './clean-up.ts';
import { findSessions, refuseUnlessGone } from './found-sessions.ts';
import { SessionLock } from './session-lock.ts';

/** What a project is removed with. */
export interface RemoveOptions extends Omit<CleanUpOptions, 'session'> {
  /** Where its session would listen. */
  readonly socketPath: string;
}

/**
 * Removes what sessions of a project left that are gone; none begins meanwhile. Resolves to what was removed.
 * Errors: `session-conflict` where one lives, or may live; those of `cleanUp`.
 */
export async function removeLeft(options: RemoveOptions): Promise<readonly string[]> {
  const { engine, project, user, socketPath } = options;
  const holder = {
    session: randomUUID(),
    project,
    user,
    file: '`devenv down`',
    since: Date.now(),
    pid: process.pid,
  };
  const lock = await SessionLock.take(socketPath, holder);
  let leaves = true;
  try {
    const found = await findSessions(engine, project);
    await Promise.all(found.map((one) => refuseUnlessGone(engine, project, one, lock.ended)));
    const removed = await removeAll(options);
    leaves = false;
    return removed;
  } finally {
    lock.release(leaves);
  }
}

/** Removes everything of a project, also what a session has that lives. Errors: those of `cleanUp`. */
export async function removeAll(options: Omit<RemoveOptions, 'socketPath'>): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { session } of await findSessions(options.engine, options.project))
    removed.push(...(await cleanUp({ ...options, session })));
  return removed;
}
