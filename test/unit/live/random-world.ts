import { DevenvError } from '../../../src/common/errors.ts';
import type { Workspace } from '../../../src/model/workspace.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import type { LiveSession } from './live-session.ts';
import { API, filesFor, WEB } from './project-files.ts';
import { World } from './world.ts';

/** What a random order of events must know to go on, and to end well. */
export interface Model {
  /** The session that is up all the time. */
  readonly shop: LiveSession;
  /** A session of another project; undefined while there is none. */
  other: LiveSession | undefined;
  /** Files that the session may be given. */
  readonly files: readonly Workspace[];
  /** Files of the other session; the first wants ports that the session may have. */
  readonly otherFiles: readonly Workspace[];
  /** Passes for a file that were asked for. */
  passes: Promise<unknown>[];
}

/** What a world may be like. */
export interface Circumstances {
  /** How long calls of engine and platform take, in turn, milliseconds. */
  readonly latencies: readonly number[];
  /** See `Place.idleAgent`. */
  readonly idleAgent: Place['idleAgent'];
  /** Whether both workloads are one, of which the targets are two names. */
  readonly isOneWorkload: boolean;
  /** Whether the sessions end without waiting for quiet. */
  readonly endsInTheMiddle: boolean;
}

/** A world with a session that is up, for one order of events. */
export async function openModel({ latencies, idleAgent, isOneWorkload }: Circumstances) {
  const real = new World();
  try {
    real.platform.letAgents(idleAgent);
    const [api, web] = [await real.addTarget(API), await real.addTarget(WEB)];
    if (isOneWorkload) {
      real.platform.removeTarget(WEB);
      real.platform.addName(WEB, API);
    }
    const files = await filesFor(api, web);
    let calls = 0;
    const latency = () => pass(latencies[calls++ % latencies.length] ?? 0);
    real.engine.slowDown(latency);
    real.platform.slowDown(latency);
    const shop = await real.up(files.own[0] ?? aWorkspace('shop'));
    const model: Model = {
      shop,
      other: undefined,
      files: files.own,
      otherFiles: files.others,
      passes: [],
    };
    return { model, real };
  } catch (error) {
    await real.close();
    throw error;
  }
}

/** Whatever is away comes back; then all must come to agree. */
export async function letEverythingSettle(model: Model, world: World): Promise<void> {
  bringBack(world);
  for (const target of [API, WEB]) {
    if (world.platform.placesOf(target).length > 0) continue;
    if (world.platform.has(target)) world.platform.scale(target, 'back');
    else world.platform.addTarget(target);
  }
  for (const session of world.sessions) {
    if (session.isEnding) await session.ended;
    else await session.ready();
  }
  const outcomes = await Promise.allSettled(model.passes.splice(0));
  const failed = outcomes.some((outcome) => outcome.status === 'rejected' || isRefused(outcome.value));
  if (failed) await askAgain(model);
  await settled(world);
}

/** The sessions end, after quiet or in the middle of whatever happens: then nothing must be left. */
export async function endAll(world: World): Promise<void> {
  for (const session of world.sessions) session.interrupt();
  await Promise.all(world.sessions.map(({ ended }) => ended));
  bringBack(world);
  for (const session of world.sessions) if (!session.guardianDismissed) await session.cleanedUp();
  const wrong = [...(await world.leftovers()), ...world.strayErrors()];
  if (wrong.length === 0) return;
  throw new Error([`at the end ${wrong.join(', ')}`, ...world.sessions.map((one) => one.told())].join('\n'));
}

function bringBack(world: World): void {
  for (const away of [world.engine, world.platform]) {
    away.comeBack();
    away.forgetFaults();
  }
  world.flowAll();
}

/** As somebody does who was told that a pass failed, and why. */
async function askAgain({ shop, other }: Model): Promise<void> {
  await until(async () => {
    const refused = await shop.converge(shop.workspace).then(isRefused, (error) => {
      if (!(error instanceof DevenvError) || error.code !== 'target-conflict') throw error;
      return true;
    });
    if (!refused) return undefined;
    // An agent that did not hear of its end keeps the port for it until it gives it up.
    await other?.down();
    return 'the other session has the port';
  });
}

/** Whether something of a pass, by the codes of what failed, waits for somebody to let go of a port. */
function isRefused(codes: unknown): boolean {
  return Array.isArray(codes) && codes.includes('target-conflict');
}
