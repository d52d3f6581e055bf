import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Service, Workspace } from '../../../src/model/workspace.ts';
import type { Succession } from '../../../src/session/index.ts';
import { aService, aTarget, WHOLE_PORTS } from '../../builders/workspace.ts';
import { FakeEngine, FakePlatform, fakeMachine } from '../../fakes/index.ts';
import { Agents } from './agents.ts';
import { letTimeFly, pass, waitingTimers } from './flying-clock.ts';
import { Gateways } from './gateways.ts';
import { LiveSession, type LiveSessionOptions } from './live-session.ts';
import { Memory } from './memory.ts';
import { Services } from './services.ts';
import { StrayErrors } from './stray-errors.ts';
import { freePort, TinyServer } from './tiny-server.ts';

const AGENT_IMAGE = 'agent:1';
const SERVICE_IMAGE = 'shop:dev';

/** The word of a workload's own container. */
export const ORIGINAL = 'original';

/**
 * Everything in one process: a container engine and a platform in memory, on which the real agents and gateways run, but
 * for the kernel; services and originals are real servers on loopback. Time flies.
 */
export class World {
  readonly engine = new FakeEngine();
  readonly platform = new FakePlatform();
  readonly machine = fakeMachine(this.engine, { gateway: AGENT_IMAGE, program: SERVICE_IMAGE });
  readonly agents = new Agents();
  readonly services = new Services();
  readonly memory = new Memory();
  readonly gateways = new Gateways(this.services, this.memory);
  /** Sessions that were started, in their order. */
  readonly sessions: LiveSession[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'devenv-live-'));
  readonly #strays = new StrayErrors();
  readonly #stopClock = letTimeFly();
  readonly #originals: TinyServer[] = [];

  constructor() {
    this.engine.addImage(AGENT_IMAGE);
    this.engine.addImage(SERVICE_IMAGE);
    this.engine.program('gateway', this.gateways.program);
    this.engine.program('service', this.services.program);
    this.engine.answerExec((spec, streams, container) => {
      const isQuestion = spec.command[0] === 'cat';
      return isQuestion
        ? this.gateways.exec(spec, streams, container)
        : this.memory.exec(spec, streams, container);
    });
    this.platform.agentProgram(this.agents.program);
  }

  /** A workload whose own container serves a port, which is returned. Runs at places of these names, one by default. */
  async addTarget(target: string, ...places: readonly string[]): Promise<number> {
    const port = await freePort();
    this.#originals.push(await TinyServer.listen(ORIGINAL, port));
    this.platform.addTarget(target, ...places);
    return port;
  }

  /** Starts a session, and waits until its first pass is over. */
  async up(workspace: Workspace, terms?: LiveSessionOptions['terms']): Promise<LiveSession> {
    const session = this.startOn(workspace, terms);
    await session.ready();
    return session;
  }

  /** Starts a session that is to be like this. */
  startOn(workspace: Workspace, terms: LiveSessionOptions['terms'] = {}): LiveSession {
    return this.#begun(new LiveSession(workspace, { ...this.#options(this.#directory), terms }));
  }

  /** Starts a session; `succeeds`: the one that it goes on with, if it does not begin. */
  start(
    workspace: Workspace,
    succeeds?: LiveSession,
    left?: Succession,
    terms: LiveSessionOptions['terms'] = {},
  ): LiveSession {
    const options = { ...this.#options(this.#directory), terms };
    return this.#begun(new LiveSession(workspace, options, succeeds, left));
  }

  /** Starts a session of another user of the same engine, or of this one with another runtime directory. */
  startElsewhere(workspace: Workspace): LiveSession {
    const options = this.#options(join(this.#directory, 'elsewhere'));
    return this.#begun(new LiveSession(workspace, options));
  }

  #options(directory: string) {
    const { engine, platform, machine } = this;
    return { engine, platform, machine, agentImage: AGENT_IMAGE, directory };
  }

  #begun(session: LiveSession): LiveSession {
    this.sessions.push(session);
    return session;
  }

  /** Everything that was stalled goes on. */
  flowAll(): void {
    for (const placeId of this.agents.places()) this.platform.flow(placeId);
    for (const container of this.gateways.containers()) this.engine.flow(container);
  }

  /** Errors that nobody took care of, in words. */
  strayErrors(): readonly string[] {
    return this.#strays.words();
  }

  /** What is left of sessions that have all ended, in words; agents that nobody uses get their time to end. */
  async leftovers(): Promise<readonly string[]> {
    const deadline = performance.now() + AGENTS_END_MS;
    for (;;) {
      const left = await this.#leftNow();
      if (left.length === 0 || performance.now() > deadline) return left;
      await pass(200);
    }
  }

  async #leftNow(): Promise<readonly string[]> {
    const containers = await this.engine.listUnits({});
    const networks = await this.engine.listNetworks({});
    const agents = await this.platform.listAgents();
    const timers = waitingTimers();
    return [
      ...containers.map(({ name }) => `container ${name} is left`),
      ...networks.map(({ name }) => `network ${name} is left`),
      ...agents.map(({ placeId }) => `the agent at ${placeId} is left`),
      ...this.agents.leftovers(),
      ...(timers === 0 ? [] : [`${timers} timers wait still`]),
    ];
  }

  /** Ends what a test began, sessions first. */
  async close(): Promise<void> {
    try {
      this.platform.comeBack();
      this.engine.comeBack();
      for (const session of this.sessions) session.interrupt();
      await Promise.race([Promise.allSettled(this.sessions.map(({ ended }) => ended)), pass(60_000)]);
      await pass(100);
    } finally {
      for (const original of this.#originals) original.close();
      this.#stopClock();
      this.#strays.close();
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}

/** An agent that did not hear of a session's end gives it up after its pulse, and ends after its linger, milliseconds. */
const AGENTS_END_MS = 40_000;

/** A world for one test. */
export function aWorld(): World {
  const world = new World();
  onTestFinished(() => world.close());
  return world;
}

/** A service whose program listens on a port, to which it bridges those of targets. */
export function aServingService(
  local: number,
  bridges: Readonly<Record<string, number>>,
  fields: Partial<Service> = {},
): Service {
  return aService({
    image: SERVICE_IMAGE,
    command: ['serve', String(local)],
    bridges: Object.entries(bridges).map(([target, port]) => ({
      target: aTarget(target),
      ports: [{ container: port, local }],
      ...WHOLE_PORTS,
    })),
    ...fields,
  });
}
