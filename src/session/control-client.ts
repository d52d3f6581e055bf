import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { pause } from '../common/deadline.ts';
import { cancelled, DevenvError, type ErrorFacts } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';
import type { Event, PlannedStep } from '../model/event.ts';
import { ownerText } from '../model/owner.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { Service, Workspace } from '../model/workspace.ts';
import { dialPrivately } from '../runtime-directory/index.ts';
import type { OneOffRequest } from './one-offs.ts';
import { notUnderstood, understood } from './other-programs.ts';
import type { Reading } from './reading.ts';
import { holderAt } from './session-lock.ts';
import { noticeSilence, type Silence } from './silence.ts';
import type { SessionStatus } from './status.ts';
import { isStopped } from './stopped-process.ts';

/** A workspace in a form that survives JSON. */
export type SentWorkspace = Omit<Workspace, 'services'> & { readonly services: readonly Service[] };

/** What can be asked of a running session; one request per connection. */
export type SessionRequest =
  | { readonly method: 'status' }
  /**
   * What a pass with this workspace would do; `adds`: with the services, too, that there are besides. `by` is who has read
   * it: another build than the session's is refused.
   */
  | {
      readonly method: 'plan';
      readonly by: ProgramIdentity;
      readonly workspace: SentWorkspace;
      readonly adds?: boolean;
    }
  /**
   * Make a pass with this workspace, and from now on read the files again as it was read; absent = as before. Where the
   * reading names services, all others stay as they are.
   */
  | {
      readonly method: 'converge';
      readonly by: ProgramIdentity;
      readonly workspace: SentWorkspace;
      readonly reading?: Reading;
      /** Ask whoever has a port to let go of it. */
      readonly takeover?: boolean;
      /** Refuse what may turn out badly. */
      readonly strict?: boolean;
    }
  /** Restart services in place; none named = all. */
  | { readonly method: 'restart'; readonly services: readonly string[] }
  /** Make what the asker is going to run beside the services, and remove it when they leave. An event tells that it is there. */
  | ({ readonly method: 'one-off' } & OneOffRequest)
  /** Stop services, which stay so until they are started; none named = all. `missing`: why some run still. */
  | { readonly method: 'stop'; readonly services: readonly string[] }
  /** Start services that were stopped, or have ended; none named = all. `missing`: why some do not run. */
  | { readonly method: 'start'; readonly services: readonly string[] }
  /** Let the original answer in place of a bridge's service, or no longer; by the bridge's name. */
  | { readonly method: 'rest'; readonly bridge: string; readonly onRequest: boolean }
  /** Answer when the first pass is done; with its error when it failed. */
  | { readonly method: 'ready' }
  /** Tell every event until the asker leaves or the session ends. */
  | { readonly method: 'follow' }
  /** Somebody is at a terminal: tell what they are asked, until they leave or the session ends. */
  | { readonly method: 'attend' }
  /** They have answered a question. */
  | { readonly method: 'answer'; readonly question: string; readonly yes: boolean }
  /** End, and answer when everything is given back. Requests in flight may take so long; absent = as the file says. */
  | { readonly method: 'down'; readonly drainMs?: number };

/** What comes back: a sign of life, any number of events, then one of the others. */
export type SessionAnswer = { readonly here: true } | { readonly event: Event } | FinalAnswer;

/** What a request comes to. */
export type FinalAnswer =
  | { readonly status: SessionStatus }
  | { readonly steps: readonly PlannedStep[] }
  /** `missing`: why something is not there that should be, and is tried again; absent = all is there. */
  | { readonly done: true; readonly missing?: readonly ErrorFacts[] }
  | { readonly error: ErrorFacts };

/** What a session may end at, in place of an answer. */
const MAY_END: ReadonlySet<SessionRequest['method']> = new Set([
  'ready',
  'follow',
  'attend',
  'down',
  'converge',
  'one-off',
]);

/** Where the session of a project listens. Depends on the name alone, so that it is found without a file. */
export function controlSocketPath(runtimeDirectory: string, project: string): string {
  const name = createHash('sha256').update(project).digest('hex').slice(0, 16);
  return join(runtimeDirectory, `session-${name}.sock`);
}

/** How long a session may take until it shows a sign of life, milliseconds: it may be busy, or about to listen. */
const ANSWER_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/** What goes on for as long as the session does: whoever is at it for long may see it stopped and go on. */
const MAY_LAST: ReadonlySet<SessionRequest['method']> = new Set(['ready', 'follow', 'attend', 'one-off']);

/**
 * Asks a session and passes its events on until it answers. Undefined when there is no session: nobody listens, and
 * nobody holds the project's lock. A session that ends while somebody waits for its end answers with `done`. It may run
 * another version of devenv.
 * Errors: the session's own error as `DevenvError`; `session-conflict` when it shows no sign of life for `answerMs`, or
 * its process is found stopped, as soon as that is seen;
 * `permission-missing` where somebody else listens; `protocol-mismatch` for what is no answer, or none.
 */
export async function askSession(
  socketPath: string,
  request: SessionRequest,
  onEvent: (event: Event) => void,
  signal?: AbortSignal,
  answerMs = ANSWER_MS,
): Promise<Exclude<FinalAnswer, { error: ErrorFacts }> | undefined> {
  const silence = noticeSilence(socketPath, answerMs, MAY_LAST.has(request.method));
  try {
    const socket = await reach(socketPath, silence.signal, signal);
    return socket === undefined
      ? undefined
      : await talk(socket, socketPath, request, onEvent, silence, signal);
  } finally {
    silence.end();
  }
}

async function talk(
  socket: Socket,
  socketPath: string,
  request: SessionRequest,
  onEvent: (event: Event) => void,
  silence: Silence,
  signal: AbortSignal | undefined,
): Promise<Exclude<FinalAnswer, { error: ErrorFacts }>> {
  const leave = () => socket.destroy();
  const ends = [silence.signal, ...(signal === undefined ? [] : [signal])];
  for (const end of ends) end.addEventListener('abort', leave, { once: true });
  if (ends.some(({ aborted }) => aborted)) leave();
  try {
    socket.write(encodeLine(request));
    for await (const value of linesOf(socket, request.method)) {
      silence.heard();
      const answer = understood(value, request.method);
      if ('here' in answer) continue;
      if ('event' in answer) onEvent(answer.event);
      else if ('error' in answer) throw new DevenvError(answer.error);
      else return answer;
    }
  } catch (error) {
    if (error instanceof DevenvError) throw error;
    if (ends.every(({ aborted }) => !aborted)) throw error;
  } finally {
    for (const end of ends) end.removeEventListener('abort', leave);
    socket.destroy();
  }
  if (signal?.aborted === true) return { done: true };
  if (silence.signal.aborted) throw await unanswered(socketPath);
  if (MAY_END.has(request.method)) return { done: true };
  throw notUnderstood(request.method, 'ended without an answer');
}

/** What a session says. Errors: `protocol-mismatch` for what is no line of JSON; the socket's. */
async function* linesOf(socket: Socket, method: string): AsyncGenerator<unknown> {
  try {
    yield* readJsonLines(socket);
  } catch (error) {
    throw error instanceof DevenvError ? notUnderstood(method, 'answers with what is no JSON') : error;
  }
}

/** A workspace as it is sent. */
export function sentWorkspace(workspace: Workspace): SentWorkspace {
  return { ...workspace, services: [...workspace.services.values()] };
}

/** A sent workspace as it was. */
export function receivedWorkspace(sent: SentWorkspace): Workspace {
  return { ...sent, services: new Map(sent.services.map((service) => [service.name, service])) };
}

/** A connection with the session; waits for one that holds the lock and does not listen yet, or cannot come to it. */
async function reach(
  socketPath: string,
  silent: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<Socket | undefined> {
  for (;;) {
    const dialled = await dialPrivately(socketPath);
    if (typeof dialled === 'object') return dialled;
    if (dialled === 'nobody' && (await holderAt(socketPath)) === undefined) return undefined;
    if (signal?.aborted) throw cancelled('the request');
    if (silent.aborted) throw await unanswered(socketPath);
    await pause(LOOK_AGAIN_MS, signal);
  }
}

async function unanswered(socketPath: string): Promise<DevenvError> {
  const { pid, user, file, since } = (await holderAt(socketPath)) ?? {};
  const who = user === undefined || file === undefined ? socketPath : ownerText({ user, file, since });
  const isSeenStopped = pid !== undefined && (await isStopped(pid));
  const goOn = isSeenStopped
    ? `let it go on with \`fg\` in its terminal, or kill -CONT ${pid}`
    : 'if it is stopped (Ctrl-Z), let it go on with `fg`';
  return new DevenvError({
    code: 'session-conflict',
    message: `the session of this project is there, but does not answer${isSeenStopped ? ', for it is stopped' : ''}: ${who}${pid === undefined ? '' : `, process ${pid}`}`,
    hint: `${goOn}; to end it, and with it all that it made: kill -9 ${pid ?? 'PID'}`,
    owner: 'environment',
  });
}
