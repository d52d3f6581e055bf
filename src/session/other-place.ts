import { DevenvError } from '../common/errors.ts';
import { namespacesOf } from '../model/other-namespaces.ts';
import type { ConnectionSettings, Workspace } from '../model/workspace.ts';

/**
 * A session's connection cannot move: whatever is live belongs to the cluster it began with. A namespace that its targets
 * did not name before must be one that the file allows. `namesIn`: what `connection.allow` may call a namespace; undefined = any may
 * be used, since the cluster is on this machine.
 * Errors: `session-conflict`, `not-confirmed`.
 */
export function refuseOtherPlace(
  after: Workspace,
  before: Workspace,
  namesIn: ((namespace: string) => readonly string[]) | undefined,
): void {
  const changed = movedAspects(after.connection, before.connection);
  if (changed.length > 0) {
    throw new DevenvError({
      code: 'session-conflict',
      message: `${changed.join(' and ')} of the connection cannot change while the session runs`,
      hint: 'end it with `devenv down`, then `devenv up` again',
      owner: 'user',
    });
  }
  const { allow } = after.connection;
  if (allow === undefined || namesIn === undefined) return;
  const known = new Set(namespacesOf(before));
  const others = namespacesOf(after).filter((namespace) => !known.has(namespace));
  const refused = others.find((namespace) => !namesIn(namespace).some((name) => allow.includes(name)));
  if (refused === undefined) return;
  throw new DevenvError({
    code: 'not-confirmed',
    message: `namespace ${refused} is none of the places that connection.allow of ${after.file} names: ${allow.join(', ') || 'nothing'}`,
    hint: 'add it there, or end the session and use `devenv up -y` to go there all the same',
    owner: 'user',
  });
}

/** Whether what is live would have to be made anew in another place. */
export function isOtherPlace(after: ConnectionSettings, before: ConnectionSettings): boolean {
  return movedAspects(after, before).length > 0;
}

function movedAspects(after: ConnectionSettings, before: ConnectionSettings): readonly string[] {
  return (['platform', 'context', 'namespace'] as const).filter((aspect) => after[aspect] !== before[aspect]);
}
