import { DevenvError } from '../../../src/common/errors.ts';
import type { Healthcheck, Service, WorkloadMount, Workspace } from '../../../src/model/workspace.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aTarget, aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import { pass } from './flying-clock.ts';
import type { LiveSession } from './live-session.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, World } from './world.ts';

export const API = 'container/api';
export const WEB = 'container/web';

/** What the files say that the session may be given, for messages. */
export const FILES: ReadonlyMap<number, string> = new Map(
  [
    'app for api',
    'app for api, desk for web',
    'app for web, desk for api',
    'app for api and web',
    'app on another port for api',
    'another app for api',
    'app with another way for api',
    'desk for web',
    'app for nobody',
    'app for api with its files, desk for web',
  ].map((text, at) => [at, text]),
);

/** How many files the other session has. */
export const OTHER_FILES = 2;

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
}

/** A world with a session that is up, for one order of events. */
export async function openModel({ latencies, idleAgent }: Circumstances) {
  const real = new World();
  try {
    real.platform.letAgents(idleAgent);
    const [api, web] = [await real.addTarget(API), await real.addTarget(WEB)];
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
    const end = async () => {
      await Promise.all([shop.down(), model.other?.down()]);
      for (const session of real.sessions) if (!session.guardianDismissed) await session.cleanedUp();
      const left = await real.leftovers();
      if (left.length > 0) throw new Error(`at the end ${left.join(', ')}\n${shop.told()}`);
      const strays = real.strayErrors();
      if (strays.length > 0) throw new Error(strays.join('\n'));
    };
    return { model, real, end };
  } catch (error) {
    await real.close();
    throw error;
  }
}

/** Whatever is away comes back; then all must come to agree. */
export async function letEverythingSettle(model: Model, world: World): Promise<void> {
  for (const away of [world.engine, world.platform]) {
    away.comeBack();
    away.forgetFaults();
  }
  for (const target of [API, WEB]) {
    if (world.platform.placesOf(target).length === 0) {
      if (world.platform.has(target)) world.platform.scale(target, 'back');
      else world.platform.addTarget(target);
    }
  }
  world.flowAll();
  for (const session of world.sessions) {
    if (session.isEnding) await session.ended;
    else await session.ready();
  }
  const outcomes = await Promise.allSettled(model.passes.splice(0));
  if (outcomes.some(({ status }) => status === 'rejected')) await askAgain(model);
  await settled(world);
}

/** As somebody does who was told that a pass failed, and why. */
async function askAgain({ shop, other }: Model): Promise<void> {
  try {
    await shop.converge(shop.workspace);
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code !== 'target-conflict') throw error;
    await other?.down();
    await shop.converge(shop.workspace);
  }
}

const healthcheck: Healthcheck = {
  kind: 'test',
  test: ['CMD', 'true'],
  intervalMs: 1000,
  timeoutMs: 1000,
  retries: 1,
  startPeriodMs: 0,
  startIntervalMs: 1000,
};

/** A directory of the first workload. */
const secrets: WorkloadMount = {
  kind: 'workload',
  from: aTarget(API),
  source: '/run/secrets',
  target: '/run/secrets',
};

async function filesFor(api: number, web: number) {
  const [local, second, third, fourth] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const again: Partial<Service> = { restart: { kind: 'always' }, healthcheck };
  const app = (bridges: Readonly<Record<string, number>>, fields: Partial<Service> = {}) =>
    aServingService(local, bridges, { ...again, ...fields });
  const desk = (bridges: Readonly<Record<string, number>>) =>
    aServingService(second, bridges, { name: 'desk' });
  const own = [
    [app({ [API]: api })],
    [app({ [API]: api }), desk({ [WEB]: web })],
    [app({ [WEB]: web }), desk({ [API]: api })],
    [app({ [API]: api, [WEB]: web })],
    [aServingService(third, { [API]: api }, again)],
    [app({ [API]: api }, { environment: { NEW: 'yes' } })],
    [app({ [API]: api }, { extraHosts: [{ name: 'db', address: '10.0.0.1' }] })],
    [desk({ [WEB]: web })],
    [app({})],
    [app({ [API]: api }, { volumes: [secrets] }), desk({ [WEB]: web })],
  ];
  const others = [
    [aServingService(fourth, { [API]: api }, again)],
    [aServingService(fourth, { [WEB]: web }, again)],
  ];
  return {
    own: own.map((services) => aWorkspace('shop', ...services)),
    others: others.map((services) => aWorkspace('other', ...services)),
  };
}
