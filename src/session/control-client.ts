import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';
import type { Event, PlannedStep } from '../model/event.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { Service, Workspace } from '../model/workspace.ts';
import { notUnderstood, understood } from './other-programs.ts';
import type { SessionStatus } from './status.ts';

/** A workspace in a form that survives JSON. */
export type SentWorkspace = Omit<Workspace, 'services'> & { readonly services: readonly Service[] };

/** What can be asked of a running session; one request per connection. */
export type SessionRequest =
  | { readonly method: 'status' }
  /** What a pass with this workspace would do. `by` is who has read it: another build than the session's is refused. */
  | { readonly method: 'plan'; readonly by: ProgramIdentity; readonly workspace: SentWorkspace }
  /** Make a pass with this workspace, and follow it from now on. */
  | { readonly method: 'converge'; readonly by: ProgramIdentity; readonly workspace: SentWorkspace }
  /** Restart services in place; none named = all. */
  | { readonly method: 'restart'; readonly services: readonly string[] }
  /** Let the original answer in place of a bridge's service, or no longer; by the bridge's name. */
  | { readonly method: 'rest'; readonly bridge: string; readonly onRequest: boolean }
  /** Answer when the first pass is done; with its error when it failed. */
  | { readonly method: 'ready' }
  /** Tell every event until the asker leaves or the session ends. */
  | { readonly method: 'follow' }
  /** End, and answer when everything is given back. Requests in flight may take so long; absent = as the file says. */
  | { readonly method: 'down'; readonly drainMs?: number };

/** What comes back: any number of events, then one of the others. */
export type SessionAnswer =
  | { readonly event: Event }
  | { readonly status: SessionStatus }
  | { readonly steps: readonly PlannedStep[] }
  | { readonly done: true }
  | { readonly error: ErrorFacts };

/** What a session may end at, in place of an answer. */
const MAY_END: ReadonlySet<SessionRequest['method']> = new Set(['ready', 'follow', 'down', 'converge']);

/** Where the session of a project listens. Depends on the name alone, so that it is found without a file. */
export function controlSocketPath(runtimeDirectory: string, project: string): string {
  const name = createHash('sha256').update(project).digest('hex').slice(0, 16);
  return join(runtimeDirectory, `session-${name}.sock`);
}

/** Whether a session answers there. */
export async function answersOn(socketPath: string): Promise<boolean> {
  const socket = await dial(socketPath);
  socket?.destroy();
  return socket !== undefined;
}

/**
 * Asks a session and passes its events on until it answers. Undefined when no session listens there. A session that
 * ends while somebody waits for its end answers with `done`. The session may run another version of devenv.
 * Errors: the session's own error as `DevenvError`, `protocol-mismatch` for what is no answer, or none.
 */
export async function askSession(
  socketPath: string,
  request: SessionRequest,
  onEvent: (event: Event) => void,
  signal?: AbortSignal,
): Promise<Exclude<SessionAnswer, { event: Event } | { error: ErrorFacts }> | undefined> {
  const socket = await dial(socketPath);
  if (socket === undefined) return undefined;
  const leave = () => socket.destroy();
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  try {
    socket.write(encodeLine(request));
    for await (const value of readJsonLines(socket)) {
      const answer = understood(value, request.method);
      if ('event' in answer) onEvent(answer.event);
      else if ('error' in answer) throw new DevenvError(answer.error);
      else return answer;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw notUnderstood(request.method, 'answers with what is no JSON');
    if (error instanceof DevenvError || signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', leave);
    socket.destroy();
  }
  if (signal?.aborted === true || MAY_END.has(request.method)) return { done: true };
  throw notUnderstood(request.method, 'ended without an answer');
}

/** A workspace as it is sent. */
export function sentWorkspace(workspace: Workspace): SentWorkspace {
  return { ...workspace, services: [...workspace.services.values()] };
}

/** A sent workspace as it was. */
export function receivedWorkspace(sent: SentWorkspace): Workspace {
  return { ...sent, services: new Map(sent.services.map((service) => [service.name, service])) };
}

async function dial(socketPath: string): Promise<Socket | undefined> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    socket.on('error', () => {});
    return socket;
  } catch {
    return undefined;
  }
}
