import { DevenvError } from '../common/errors.ts';
import { observe } from '../converge/index.ts';
import { NOTHING_LIVE } from '../model/observed.ts';
import type { SessionOwner } from '../model/owner.ts';
import {
  askSession,
  controlSocketPath,
  endedAt,
  findSessions,
  type ServiceStatus,
  type SessionStatus,
  type Standing,
  serviceStatus,
  standingOf,
} from '../session/index.ts';
import type { CliContext } from './context.ts';
import { openEngine, runtimeDirectory } from './wiring.ts';

/** A project as it is now. */
export type ProjectStatus =
  /** Its session says how it is. */
  | { readonly kind: 'up'; readonly status: SessionStatus }
  /** No session answers here: what the engine tells. */
  | {
      readonly kind: 'unasked';
      readonly project: string;
      /** Who made what there is; empty when there is nothing. */
      readonly sessions: readonly FoundOwner[];
      /** Why a session of this machine that is there does not answer; absent = there is none. */
      readonly silence?: DevenvError;
      readonly services: readonly ServiceStatus[];
      /** Names of all that there is in the engine. */
      readonly names: readonly string[];
    };

/** A session that made something, and how it is: that, or that it is here and does not answer. */
export interface FoundOwner extends SessionOwner {
  readonly standing: Standing | 'silent';
}

/** How a project is: its session is asked, and where none answers the engine. Errors: those of both. */
export async function projectStatus(context: CliContext, project: string): Promise<ProjectStatus> {
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  let silence: DevenvError | undefined;
  try {
    const answer = await askSession(socketPath, { method: 'status' }, () => {});
    if (answer !== undefined && 'status' in answer) return { kind: 'up', status: answer.status };
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code !== 'session-conflict') throw error;
    silence = error;
  }
  const engine = await openEngine(context).catch((error) => {
    throw silence ?? error;
  });
  const there = await observe({ engine, project, images: [], live: NOTHING_LIVE });
  const names = [...there.services, ...there.gateways, ...there.networks].map(({ name }) => name);
  const services = there.services.map(({ service }) => serviceStatus(engine, project, service));
  const ended = await endedAt(socketPath);
  const sessions = names.length === 0 ? [] : await findSessions(engine, project);
  const owners = sessions.map(async ({ session, user, file, since, gateways }) => {
    const found = { session, user, file, since };
    if (silence !== undefined) return { ...found, standing: 'silent' as const };
    return { ...found, standing: await standingOf(engine, project, { ...found, gateways }, ended) };
  });
  return {
    kind: 'unasked',
    project,
    sessions: await Promise.all(owners),
    ...(silence === undefined ? {} : { silence }),
    services: await Promise.all(services),
    names,
  };
}
