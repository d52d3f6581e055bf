import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import type { PlannedStep } from '../model/event.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { Workspace } from '../model/workspace.ts';
import { type FinalAnswer, receivedWorkspace, type SessionRequest } from './control-client.ts';
import type { Asker } from './control-server.ts';
import type { OneOffs } from './one-offs.ts';
import { refuseOtherBuild, unknownRequest } from './other-programs.ts';
import type { People } from './people.ts';
import type { Reading } from './reading.ts';
import type { SessionStatus } from './status.ts';

/** What other commands may ask of a session. */
export interface SessionFace {
  /** Which devenv it runs. */
  readonly program: ProgramIdentity;
  status(): Promise<SessionStatus>;
  /** `adds`: the services that there are stay besides. */
  plan(workspace: Workspace, adds: boolean): Promise<readonly PlannedStep[]>;
  /**
   * Makes a pass with what was read so, and reads so from then on; without a reading, as before. Where that names services,
   * all others stay as they are. What was given to others is claimed again; with `takesOver` whoever has a port is asked to
   * let go of it, with `strict` what may turn out badly is refused.
   * Errors: the pass's; `session-conflict` for another file.
   */
  converge(
    workspace: Workspace,
    reading: Reading | undefined,
    asking: { readonly takesOver: boolean; readonly strict: boolean },
  ): Promise<readonly ErrorFacts[]>;
  /** Errors: `usage` for a service there is not. */
  restart(services: readonly string[]): Promise<void>;
  /** What people run beside the services. */
  readonly oneOffs: Pick<OneOffs, 'attend'>;
  /** See `stopServices` and `startServices`. */
  stop(services: readonly string[]): Promise<readonly ErrorFacts[]>;
  start(services: readonly string[]): Promise<readonly ErrorFacts[]>;
  /** Errors: `usage` for a bridge there is not. */
  rest(bridge: string, onRequest: boolean): void;
  /** Who is at a terminal. */
  readonly people: People;
  /** Settles as the first pass does; resolves to why something is missing all the same. */
  readonly ready: Promise<readonly ErrorFacts[]>;
  /** Resolves when everything is given back. */
  readonly ended: Promise<void>;
  /** Requests in flight may take so many milliseconds; absent = as the file says. */
  end(drainMs?: number): void;
}

/**
 * Answers one request. While it is worked on, its asker is among `askers`, who hear every event. Errors: the request's;
 * `session-conflict` for a workspace that another build has read; `protocol-mismatch` for a request of another version.
 */
export async function answerRequest(
  request: SessionRequest,
  asker: Asker,
  askers: Set<Asker>,
  session: SessionFace,
): Promise<FinalAnswer> {
  const whileListening = async <T>(work: () => Promise<T>): Promise<T> => {
    askers.add(asker);
    try {
      return await work();
    } finally {
      askers.delete(asker);
    }
  };
  switch (request.method) {
    case 'status':
      return { status: await session.status() };
    case 'plan':
      refuseOtherBuild(request.by, session.program);
      return { steps: await session.plan(receivedWorkspace(request.workspace), request.adds === true) };
    case 'converge':
      refuseOtherBuild(request.by, session.program);
      return doneBut(
        await whileListening(async () =>
          session.converge(receivedWorkspace(request.workspace), request.reading, {
            takesOver: request.takeover === true,
            strict: request.strict === true,
          }),
        ),
      );
    case 'restart':
      await whileListening(() => session.restart(request.services));
      return { done: true };
    case 'one-off':
      await session.oneOffs.attend(request, asker);
      return { done: true };
    case 'stop':
      return doneBut(await whileListening(() => session.stop(request.services)));
    case 'start':
      return doneBut(await whileListening(() => session.start(request.services)));
    case 'rest':
      session.rest(request.bridge, request.onRequest);
      return { done: true };
    case 'ready':
      return doneBut(await whileListening(() => Promise.race([session.ready, session.ended.then(() => [])])));
    case 'follow':
      await whileListening(() => Promise.race([asker.left, session.ended]));
      return { done: true };
    case 'attend':
      await session.people.attend(asker);
      return { done: true };
    case 'answer':
      session.people.answer(request.question, request.yes);
      return { done: true };
    case 'down':
      await whileListening(() => {
        session.end(request.drainMs);
        return session.ended;
      });
      return { done: true };
    default:
      throw unknownRequest((request satisfies never as SessionRequest).method, session.program);
  }
}

function doneBut(missing: readonly ErrorFacts[]): FinalAnswer {
  return missing.length === 0 ? { done: true } : { done: true, missing };
}

/** Two checkouts with one project name would undo each other's work in turn. Errors: `session-conflict`. */
export function refuseOtherFile({ file, name }: Workspace, ownFile: string): void {
  if (file === ownFile) return;
  throw new DevenvError({
    code: 'session-conflict',
    message: `project ${name} is up already, from ${ownFile}`,
    hint: `end it with \`devenv down -p ${name}\`, or give this one another name with \`-p\` or \`name:\``,
    owner: 'user',
  });
}
