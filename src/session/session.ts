import { LiveBridges } from '../bridges/index.ts';
import { cancelled, DevenvError, errorFacts } from '../common/errors.ts';
import { Connections } from '../connection/index.ts';
import {
  applyPlan,
  checkNeeds,
  desiredBy,
  NOTHING_DESIRED,
  needsOf,
  type Operation,
  observe,
  observeFor,
  planPass,
  runOperation,
} from '../converge/index.ts';
import type { Engine } from '../engine/index.ts';
import { LiveFiles } from '../files/index.ts';
import type { AgentImage } from '../image/index.ts';
import type { Event, LiveState, PlannedStep, Reporter } from '../model/event.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import { label } from '../model/labels.ts';
import { bridgeResource, type Liveness } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { ConnectionSettings, Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { answerRequest, refuseOtherFile, type SessionFace } from './answer-request.ts';
import { cleanUp } from './clean-up.ts';
import { type Asker, ControlSocket } from './control-server.ts';
import { watchFiles } from './file-watch.ts';
import type { Guardian } from './guardian.ts';
import { LogFollower } from './log-follower.ts';
import { PassQueue } from './pass-queue.ts';
import { restartServices } from './restart-services.ts';
import { Restarts } from './restarts.ts';
import type { SessionStatus } from './status.ts';
import { supervise } from './supervisor.ts';

/** How a session reads its file again. */
export interface Reload {
  /** Absolute paths of everything that is read. */
  readonly files: readonly string[];
  /** Reads it; undefined when it has problems, which have been told by then. */
  readonly load: () => Promise<Workspace | undefined>;
}

/** What a session works with. */
export interface SessionOptions {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly image: AgentImage;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
  /** Where to listen for other commands. */
  readonly socketPath: string;
  /** How the file is read again when it was saved; absent = it is not watched. */
  readonly reload?: Reload;
  /** Starts the guardian; resolves when it is ready. It is on guard from the moment of the call. */
  readonly startGuardian: () => Promise<Guardian>;
}

/** One `up` from its first pass to its end. The only holder of live connections and bridges. */
export class Session {
  readonly #options: SessionOptions;
  readonly #connections: Connections;
  readonly #bridges: LiveBridges;
  readonly #files: LiveFiles;
  readonly #logs: LogFollower;
  readonly #passes = new PassQueue();
  readonly #askers = new Set<Asker>();
  readonly #states = new Map<string, { readonly state: LiveState; readonly reason: string }>();
  /** Ends supervision, waits and running passes. */
  readonly #ending = new AbortController();
  readonly #ended: Promise<void>;
  /** Services that are restarted on request just now: their end is no news. */
  readonly #restarting = new Set<string>();
  #workspace: Workspace;
  /** Needs that were found to have nothing in their way. */
  #checked = '';
  #askedToEnd: () => void = () => {};
  #tellEnd: () => void = () => {};
  readonly #ready: Promise<void>;
  #tellReady: () => void = () => {};
  #tellFailed: (error: unknown) => void = () => {};

  constructor(workspace: Workspace, options: SessionOptions) {
    this.#options = options;
    this.#workspace = workspace;
    const report: Reporter = (event) => this.#report(event);
    const { engine, platform, identity, image } = options;
    this.#connections = new Connections({ engine, platform, identity, agentImage: image.reference, report });
    this.#bridges = new LiveBridges(report);
    this.#files = new LiveFiles({
      engine,
      project: identity.project,
      read: (from, path) => platform.readFiles(from, path),
      report,
    });
    this.#logs = new LogFollower(engine, report);
    this.#ready = new Promise((resolve, reject) => {
      this.#tellReady = resolve;
      this.#tellFailed = reject;
    });
    // Mostly nobody asks.
    this.#ready.catch(() => {});
    this.#ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  /**
   * Lives until `ending` aborts, another command asks for the end, or the first pass fails; then gives everything back.
   * Errors: the first pass's, after the teardown; `session-conflict` before anything was done.
   */
  async run(ending: AbortSignal): Promise<void> {
    const face = this.#face();
    const socket = await ControlSocket.open(this.#options.socketPath, (request, asker) =>
      answerRequest(request, asker, this.#askers, face),
    );
    const askedToEnd = new Promise<void>((resolve) => {
      this.#askedToEnd = resolve;
    });
    const end = new Promise<void>((resolve) => {
      if (ending.aborted) resolve();
      ending.addEventListener('abort', () => resolve(), { once: true });
    });
    void Promise.race([askedToEnd, end]).then(() => this.#ending.abort());
    const starting = this.#options.startGuardian();
    let failure: unknown;
    try {
      // From its first moment the guardian sees by its pipe that the session is gone. That it is ready tells only that
      // it could start at all, which nothing need wait for.
      await Promise.all([starting, this.#firstPass()]);
      this.#tellReady();
      this.#watchFile();
      await Promise.race([askedToEnd, end]);
    } catch (error) {
      failure = error;
      this.#tellFailed(error);
    }
    this.#ending.abort();
    try {
      await this.#tearDown();
    } finally {
      // One that did not get ready has ended by itself.
      const guardian = await starting.catch(() => undefined);
      guardian?.dismiss();
      this.#report({ type: 'session', state: 'ended' });
      this.#tellEnd();
      await socket.close();
    }
    if (failure !== undefined && !isAbortOf(failure, ending)) throw failure;
  }

  async #firstPass(): Promise<void> {
    // Looking for what stands in the way changes nothing.
    await Promise.all([this.#cleanUpLeftovers(), this.#check(this.#workspace)]);
    void this.#supervise();
    await this.#passes.run(() => this.#pass(this.#workspace));
  }

  async #cleanUpLeftovers(): Promise<void> {
    const { engine, platform, identity } = this.#options;
    const ours = { [label.project]: identity.project };
    const [containers, networks] = await Promise.all([
      engine.listContainers(ours),
      engine.listNetworks(ours),
    ]);
    if (containers.length + networks.length === 0) return;
    this.#report({
      type: 'warning',
      message: 'an earlier session of this project was killed; removing what it left',
    });
    await cleanUp({
      engine,
      platform,
      project: identity.project,
      user: identity.user,
      report: this.#options.report,
    });
  }

  /** One pass towards a workspace. Errors: the first failure; what the pass made is taken back then. */
  async #pass(workspace: Workspace): Promise<void> {
    this.#report({ type: 'session', state: 'converging' });
    refuseOtherPlace(workspace.connection, this.#workspace.connection);
    await this.#check(workspace);
    const plan = await this.#plan(workspace);
    const { title: place } = await this.#options.platform.describe();
    this.#report({ type: 'plan', place, steps: plan.steps.map(planned), warnings: plan.warnings });
    this.#workspace = workspace;
    await this.#apply(plan, this.#ending.signal, 'undo');
    await this.#followLogs();
    this.#report({ type: 'session', state: plan.steps.length === 0 ? 'unchanged' : 'ready' });
  }

  /** Looks for what stands in the way, once for each state of the file. */
  async #check(workspace: Workspace): Promise<void> {
    const needs = needsOf(workspace, this.#options.image.reference);
    const text = JSON.stringify(needs);
    if (text === this.#checked) return;
    await checkNeeds(this.#options.platform, needs, (message) => this.#report({ type: 'warning', message }));
    this.#checked = text;
  }

  async #plan(workspace: Workspace): Promise<Plan<Operation>> {
    const { engine, platform, image } = this.#options;
    const agentImage = image.reference;
    const live = this.#liveness();
    const observed = await observeFor(workspace, { engine, platform, agentImage, live });
    return planPass(desiredBy(workspace, agentImage), observed);
  }

  #apply(plan: Plan<Operation>, signal: AbortSignal, onFailure: 'undo' | 'go-on'): Promise<void> {
    const { engine, identity, image } = this.#options;
    const context = {
      engine,
      identity,
      image,
      file: this.#workspace.file,
      connections: this.#connections,
      bridges: this.#bridges,
      files: this.#files,
      routes: this.#connections,
      progress: (resource: string, message: string) => this.#report({ type: 'progress', resource, message }),
      warn: (message: string) => this.#report({ type: 'warning', message }),
      report: (event: Event) => this.#report(event),
    };
    const run = (operation: Operation, within: AbortSignal) => runOperation(operation, context, within);
    return applyPlan(plan, { run, report: (event) => this.#report(event), signal, onFailure });
  }

  async #tearDown(): Promise<void> {
    this.#report({ type: 'session', state: 'stopping' });
    await this.#passes.idle();
    const { engine, identity, platform } = this.#options;
    const observed = await observe({ engine, project: identity.project, images: [], live: this.#liveness() });
    const plan = planPass(NOTHING_DESIRED, observed);
    this.#report({ type: 'plan', steps: plan.steps.map(planned), warnings: plan.warnings });
    await this.#apply(plan, new AbortController().signal, 'go-on');
    this.#files.close();
    this.#logs.close();
    platform.close();
  }

  #liveness(): Liveness {
    return {
      targets: this.#connections.targets(),
      links: this.#connections.links(),
      bridges: this.#bridges.list(),
      files: this.#files.list(),
    };
  }

  #supervise(): Promise<void> {
    const { engine, identity } = this.#options;
    const { signal } = this.#ending;
    const report: Reporter = (event) => this.#report(event);
    return supervise(
      {
        engine,
        session: identity.id,
        report,
        restarts: new Restarts(engine, report, signal),
        service: (name) => (this.#restarting.has(name) ? undefined : this.#workspace.services.get(name)),
        started: (service, containerId) => this.#logs.follow(service, containerId),
        health: (service, healthy) => this.#connections.healthChanged(service, healthy),
        brokenWay: () => this.#passAgain(() => Promise.resolve(this.#workspace)),
      },
      signal,
    );
  }

  /** Saving the file makes a pass with what it says then; one with problems changes nothing. */
  #watchFile(): void {
    const { reload } = this.#options;
    if (reload === undefined) return;
    watchFiles(reload.files, () => this.#passAgain(reload.load), this.#ending.signal);
  }

  /** A pass that nobody waits for: its failure is told, and everything stays as it was. */
  #passAgain(load: () => Promise<Workspace | undefined>): void {
    const pass = async () => {
      const workspace = await load();
      if (workspace !== undefined) await this.#pass(workspace);
    };
    this.#passes.run(pass).catch((error) => {
      if (!this.#ending.signal.aborted) this.#report({ type: 'error', error: errorFacts(error) });
    });
  }

  async #followLogs(): Promise<void> {
    const { engine, identity } = this.#options;
    for (const service of this.#workspace.services.keys()) {
      const found = await engine.findContainer(containerName(identity.project, service, 'service'));
      if (found !== undefined) this.#logs.follow(service, found.id);
    }
  }

  /** What other commands may ask of this session. */
  #face(): SessionFace {
    const { identity } = this.#options;
    return {
      status: () => this.#status(),
      plan: async (workspace) => (await this.#plan(workspace)).steps.map(planned),
      converge: (workspace) => {
        refuseOtherFile(workspace, this.#workspace.file);
        return this.#passes.run(() => this.#pass(workspace));
      },
      restart: (names) =>
        restartServices(names, {
          engine: this.#options.engine,
          project: identity.project,
          services: this.#workspace.services,
          restarting: this.#restarting,
          report: (event) => this.#report(event),
        }),
      ready: this.#ready,
      ended: this.#ended,
      end: () => this.#askedToEnd(),
    };
  }

  async #status(): Promise<SessionStatus> {
    const { engine, platform, identity } = this.#options;
    const services = await Promise.all(
      [...this.#workspace.services.keys()].map(async (name) => {
        const container = containerName(identity.project, name, 'service');
        return { name, container, state: (await engine.findContainer(container))?.state ?? 'missing' };
      }),
    );
    return {
      identity,
      file: this.#workspace.file,
      pid: process.pid,
      platform: (await platform.describe()).title,
      services,
      bridges: this.#bridges.list().map((bridge) => ({
        ...bridge,
        ...(this.#states.get(bridgeResource(bridge)) ?? { state: 'resting', reason: '' }),
      })),
    };
  }

  #report(event: Event): void {
    if (event.type === 'state')
      this.#states.set(event.resource, { state: event.state, reason: event.reason ?? '' });
    this.#options.report(event);
    for (const asker of this.#askers) asker.tell(event);
  }
}

/** The session's connection cannot move: whatever is live belongs to the cluster it began with. */
function refuseOtherPlace(after: ConnectionSettings, before: ConnectionSettings): void {
  const aspects = ['platform', 'context', 'namespace'] as const;
  const changed = aspects.filter((aspect) => after[aspect] !== before[aspect]);
  if (changed.length === 0) return;
  throw new DevenvError({
    code: 'session-conflict',
    message: `${changed.join(' and ')} of the connection cannot change while the session runs`,
    hint: 'end it with `devenv down`, then `devenv up` again',
    owner: 'user',
  });
}

function planned({ resource, verb, cause, destructive }: Plan<Operation>['steps'][number]): PlannedStep {
  return { resource, verb, cause, destructive };
}

/** A pass that was cut short because the user wants to leave has not failed. */
function isAbortOf(failure: unknown, ending: AbortSignal): boolean {
  return ending.aborted && failure instanceof DevenvError && failure.code === cancelled('').code;
}
