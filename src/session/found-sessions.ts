import { pause } from '../common/deadline.ts';
import { askControlState } from '../connection/index.ts';
import type { Engine } from '../engine/index.ts';
import { label, type Role } from '../model/labels.ts';
import { ownerIn, projectIsUp, projectMayBeUp, type SessionOwner } from '../model/owner.ts';
import type { UnitSummary } from '../runner/index.ts';

/** A session that made something which the engine has. */
export interface FoundSession extends SessionOwner {
  /** Its gateways' containers. */
  readonly gateways: readonly UnitSummary[];
}

/** Whether a session lives, as far as it can be told from here. */
export type Standing = 'gone' | 'alive' | 'unclear';

/** How one gateway of a session is: its container does not run, or what it says of its session. */
export type GatewayWord = 'ended' | Awaited<ReturnType<typeof askControlState>>;

/** A session that is beginning, or has lost its gateways, has them within this, milliseconds: one look does not tell. */
const LOOKS = { times: 4, pauseMs: 1000 };

/** Sessions that made what there is of a project, by labels. Errors: those of the engine. */
export async function findSessions(engine: Engine, project: string): Promise<readonly FoundSession[]> {
  const ours = { [label.project]: project };
  const [containers, networks] = await Promise.all([engine.listUnits(ours), engine.listNetworks(ours)]);
  const role: Role = 'gateway';
  const owners = new Map(
    [...networks, ...containers].map(({ labels }) => [labels[label.session] ?? '', labels]),
  );
  return [...owners].map(([session, labels]) => ({
    ...ownerIn(labels),
    gateways: containers.filter(
      (found) => (found.labels[label.session] ?? '') === session && found.labels[label.role] === role,
    ),
  }));
}

/**
 * Whether a found session lives. One that held this machine's lock before and does not now is gone; for every other one
 * its gateways are asked. Errors: those of the engine.
 */
export async function standingOf(
  engine: Engine,
  project: string,
  found: FoundSession,
  ended: ReadonlySet<string>,
): Promise<Standing> {
  if (ended.has(found.session)) return 'gone';
  let isClear = true;
  for (let look = 1; look <= LOOKS.times; look += 1) {
    if (look > 1) await pause(LOOKS.pauseMs);
    const now = (await findSessions(engine, project)).find(({ session }) => session === found.session);
    if (now === undefined) return 'gone';
    const standing = standingBy(await Promise.all(now.gateways.map((gateway) => wordOf(engine, gateway))));
    if (standing === 'alive') return standing;
    isClear &&= standing === 'gone';
  }
  return isClear ? 'gone' : 'unclear';
}

/** What the words of a session's gateways say together. */
export function standingBy(words: readonly GatewayWord[]): Standing {
  if (words.includes('stands')) return 'alive';
  // One that is just beginning has none yet.
  if (words.length === 0) return 'unclear';
  return words.every((word) => word === 'ended' || word === 'closed') ? 'gone' : 'unclear';
}

/** Errors: `session-conflict` with its owner, unless it is gone. */
export async function refuseUnlessGone(
  engine: Engine,
  project: string,
  found: FoundSession,
  ended: ReadonlySet<string>,
): Promise<void> {
  switch (await standingOf(engine, project, found, ended)) {
    case 'gone':
      return;
    case 'alive':
      throw projectIsUp(project, found);
    case 'unclear':
      throw projectMayBeUp(project, found);
  }
}

async function wordOf(engine: Engine, { id, state }: UnitSummary): Promise<GatewayWord> {
  // One that is made and not started is what a session begins with.
  const hasEnded = state === 'exited' || state === 'dead' || state === 'removing';
  return hasEnded ? 'ended' : askControlState(engine, id);
}
