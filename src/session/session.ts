import type { BridgeUse, GivenUp, Wanted } from '../bridges/index.ts';
import { onAbort, withDeadline } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import type { AgentImage } from '../image/index.ts';
import type { Machine } from '../machine/index.ts';
import type { Event, Reporter } from '../model/event.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { answerRequest, type SessionFace } from './answer-request.ts';
import { AskedPasses } from './asked-passes.ts';
import type { Asker } from './control-server.ts';
import { FollowedFiles } from './followed-files.ts';
import { Guard } from './guard.ts';
import type { Guardian } from './guardian.ts';
import { lastSave } from './last-save.ts';
import { LiveResources } from './live-resources.ts';
import { LogFollower } from './log-follower.ts';
import { Passes } from './passes.ts';
import { People } from './people.ts';
import { ProjectHold } from './project-hold.ts';
import type { Reload } from './reading.ts';
import { restartServices } from './restart-services.ts';
import { Restarts } from './restarts.ts';
import type { SessionLock } from './session-lock.ts';
import { sessionStatus } from './session-status.ts';
import type { BridgeStatus } from './status.ts';
import { type StopOptions, startServices, stopServices } from './stop-and-start.ts';
import { supervise } from './supervisor.ts';
import { Takeovers } from './takeovers.ts';

/** What a session works with. */
export interface SessionOptions {
  readonly engine: Engine;
  /** What makes programs of this machine, which the engine keeps, too. */
  readonly machine?: Machine;
  readonly platform: Platform;
  readonly image: AgentImage;
  readonly identity: SessionIdentity;
  /** Which devenv this process runs. */
  readonly program: ProgramIdentity;
  readonly report: Reporter;
  /** Where to listen for other commands. */
  readonly socketPath: string;
  /** How long requests in flight may take when a bridge closes, milliseconds; absent = as the file says. */
  readonly drainMs?: number;
  /** How long the first pass may take, milliseconds; absent = as long as it takes. */
  readonly startWithinMs?: number;
  /** A failure takes back what its pass made, and ends the first one. Default: what does not need it stands. */
  readonly abortOnFailure?: boolean;
  /** In the first pass whoever has a port is asked to let go of it. Default: that is refused. */
  readonly takeover?: boolean;
  /** What may turn out badly is refused, in all passes. Default: it is told. */
  readonly strict?: boolean;
  /** How the file is read again when it was saved; absent = it is not watched. */
  readonly reload?: Reload;
  /** This process goes on with what another one of the same session has left; absent = it begins. */
  readonly succeeds?: Succession;
  /** Bridges that the process before this one has given to others, by name, and who has them; absent = it begins. */
  readonly givenUp?: GivenUp;
  /** Starts the guardian; resolves when it is ready. It is on guard from the moment of the call. */
  readonly startGuardian: () => Promise<Guardian>;
}

/** What one process of a session leaves to the next. */
export interface Succession {
  /** Descriptor of the session's lock, which the next process inherits: at no moment somebody else can get it. */
  readonly lockDescriptor: number;
  /** Services that somebody has stopped. */
  readonly stopped: readonly string[];
}

/** Starts the process that goes on with a session; resolves when it has. Errors: why it does not. */
export type Successor = (left: Succession) => Promise<void>;

/** One `up` from its first pass to its end. The only holder of live connections and bridges. */
export class Session {
  readonly #options: SessionOptions;
  readonly #resources: LiveResources;
  readonly #logs: LogFollower;
  readonly #restarts: Restarts;
  readonly #passes: Passes;
  readonly #files: FollowedFiles;
  readonly #asked: AskedPasses;
  readonly #askers = new Set<Asker>();
  readonly #states = new Map<string, Pick<BridgeStatus, 'state' | 'reason' | 'count'>>();
  /** Ends supervision, waits and running passes. */
  readonly #ending = new AbortController();
  readonly #people = new People(this.#ending.signal);
  readonly #ended = deferred();
  /** Services that are restarted on request just now: their end is no news. */
  readonly #restarting = new Set<string>();
  /** A signal or another command asks for the end; or that another process goes on, which the function starts. */
  readonly #askedToEnd = deferred<Successor | undefined>();
  /** Something may have been made. */
  #hasBegun = false;
  /** Settles as the first pass does. */
  readonly #ready = deferred<readonly ErrorFacts[]>();

  constructor(workspace: Workspace, options: SessionOptions) {
    this.#options = options;
    const { engine, abortOnFailure = false, takeover: takesOver = false, strict = false } = options;
    const report: Reporter = (event) => this.#report(event);
    const takeovers = new Takeovers({ use: (wanted) => this.#useOf(wanted), people: this.#people });
    this.#resources = new LiveResources(workspace, {
      ...options,
      decide: (wanted) => takeovers.decide(wanted),
      report: (event) => this.#passes.report(event),
    });
    this.#logs = new LogFollower(engine, report);
    const { stopped } = this.#resources;
    stopped.stop(options.succeeds?.stopped ?? []);
    this.#restarts = new Restarts(engine, report, this.#ending.signal, (name) => stopped.stopped.has(name));
    this.#passes = new Passes(workspace, {
      resources: this.#resources,
      report,
      made: () => this.#followLogs(),
      abortOnFailure,
      takesOver,
      strict,
      signal: this.#ending.signal,
    });
    this.#files = new FollowedFiles(options.reload);
    this.#asked = new AskedPasses({
      resources: this.#resources,
      passes: this.#passes,
      files: this.#files,
      ready: this.#ready.promise,
      strict,
    });
    if (options.drainMs !== undefined) this.#resources.drainWithin(options.drainMs);
  }

  /**
   * Lives until `ending` aborts, another command asks for the end, or the first pass fails; then gives everything back.
   * Or until another process goes on. Errors: the first pass's, after the teardown; the successor's, likewise;
   * `session-conflict` before anything was done.
   */
  async run(ending: AbortSignal): Promise<void> {
    const hold = await this.#hold();
    const asked = this.#askedToEnd.promise;
    onAbort(ending, () => this.#askedToEnd.resolve(undefined));
    void asked.then(() => this.#ending.abort());
    const guard = new Guard(this.#options.startGuardian, (event) => this.#report(event));
    let failure: unknown;
    try {
      // From its first moment the guardian sees by its pipe that the session is gone. That it is ready tells only that
      // it could start at all, which nothing need wait for.
      await Promise.all([guard.ready, this.#firstPassInTime(hold.lock)]);
      this.#ready.resolve(this.#passes.missing);
      this.#files.watch(
        (load) => this.#passes.want(load),
        (event) => this.#report(event),
        this.#ending.signal,
      );
      const successor = await asked;
      if (successor !== undefined) {
        await this.#handOver(successor, hold);
        return guard.dismiss();
      }
    } catch (error) {
      failure = error;
      this.#ready.reject(error);
    }
    this.#ending.abort();
    let leaves = true;
    try {
      await this.#tearDown();
      leaves = false;
      await guard.dismiss();
    } finally {
      guard.leave();
      this.#tell('ended');
      await hold.release(leaves, () => this.#ended.resolve());
    }
    if (failure !== undefined && !isCancellation(failure)) throw failure;
  }

  /** Settles as the first pass does; resolves to why something is missing all the same. */
  get ready(): Promise<readonly ErrorFacts[]> {
    return this.#ready.promise;
  }

  /**
   * Another process goes on: containers, their ports and debuggers stay, connections and bridges are made anew by the one
   * that `start` starts. Only after the first pass.
   */
  handOver(start: Successor): void {
    this.#askedToEnd.resolve(start);
  }

  /** An error that nobody has caught is told to whoever listens. */
  tellFault(fault: ErrorFacts): void {
    this.#report({ type: 'error', error: { ...fault, message: `unhandled: ${fault.message}` } });
  }

  #hold(): Promise<ProjectHold> {
    const { identity, socketPath, succeeds } = this.#options;
    const { id: session, project, user, since } = identity;
    const holder = { session, project, user, file: this.#resources.workspace.file, since, pid: process.pid };
    const face = this.#face();
    return ProjectHold.take({ socketPath, holder, inherited: succeeds?.lockDescriptor }, (request, asker) =>
      answerRequest(request, asker, this.#askers, face),
    );
  }

  /** Errors: `deadline-passed`; then what it has made is given back. */
  #firstPassInTime(lock: SessionLock): Promise<void> {
    const { startWithinMs: ms } = this.#options;
    if (ms === undefined) return this.#firstPass(lock);
    return withDeadline({ name: 'the start', ms }, undefined, () => this.#firstPass(lock));
  }

  async #firstPass(lock: SessionLock): Promise<void> {
    const { workspace } = this.#resources;
    // Looking for what stands in the way changes nothing. What is being removed is not left half-way.
    const looks = await Promise.allSettled([
      this.#options.succeeds ? undefined : this.#resources.clearLeftovers(lock.ended, this.#ending.signal),
      this.#resources.check(workspace, this.#ending.signal, {
        takesOver: this.#options.takeover ?? false,
        strict: this.#options.strict ?? false,
      }),
    ]);
    for (const look of looks) if (look.status === 'rejected') throw look.reason;
    lock.forgetEnded();
    await this.#options.machine?.hold(this.#options.identity.id);
    this.#hasBegun = true;
    void this.#supervise();
    await this.#passes.first();
  }

  async #handOver(start: Successor, hold: ProjectHold): Promise<void> {
    this.#ending.abort();
    await this.#passes.idle();
    await this.#resources.leave();
    this.#logs.close();
    this.#options.machine?.letGo();
    // The successor listens there.
    await hold.stopAnswering();
    await start({
      lockDescriptor: hold.lock.descriptor,
      stopped: [...this.#resources.stopped.stopped],
    });
    this.#resources.close();
    this.#ended.resolve();
  }

  /** Where nothing was touched, nothing is given back: whoever is refused reads why, and no more. */
  #tell(state: 'stopping' | 'ended'): void {
    if (this.#hasBegun) this.#report({ type: 'session', state });
  }

  async #tearDown(): Promise<void> {
    this.#tell('stopping');
    await this.#passes.idle();
    try {
      await this.#resources.giveBack();
    } finally {
      this.#logs.close();
    }
  }

  /** How a bridge is used that somebody else wants. */
  async #useOf({ bridge: { service: name }, traffic }: Wanted): Promise<BridgeUse> {
    const service = this.#resources.workspace.services.get(name);
    const [comes, debuggers, savedMs] = await Promise.all([
      traffic(),
      service?.debug === undefined ? 0 : this.#resources.connectionsTo(name, service.debug.port),
      lastSave(this.#options.reload?.files() ?? [], service),
    ]);
    return { ...comes, debuggers, savedMs };
  }

  #supervise(): Promise<void> {
    const { engine, identity } = this.#options;
    const { signal } = this.#ending;
    const report: Reporter = (event) => this.#report(event);
    return supervise(
      {
        runner: engine,
        session: identity.id,
        report,
        restarts: this.#restarts,
        service: (name) =>
          this.#restarting.has(name) || this.#resources.stopped.stopped.has(name)
            ? undefined
            : this.#resources.workspace.services.get(name),
        started: (service, containerId) => this.#follow(service, containerId),
        health: (service, healthy) => this.#resources.healthChanged(service, healthy),
        program: (service, ended) => this.#resources.programChanged(service, ended),
        brokenWay: () => this.#passes.wayMayBeGone(),
      },
      signal,
    );
  }

  async #followLogs(): Promise<void> {
    const { engine, identity } = this.#options;
    for (const service of this.#resources.workspace.services.keys()) {
      const found = await engine.findUnit(containerName(identity.project, service, 'service'));
      if (found !== undefined) this.#follow(service, found.id);
    }
  }

  /** Whoever runs a program themselves reads what it writes. */
  #follow(service: string, containerId: string): void {
    if (this.#resources.workspace.services.get(service)?.attached === true) return;
    this.#logs.follow(service, containerId);
  }

  /** What other commands may ask of this session. */
  #face(): SessionFace {
    const { identity, program } = this.#options;
    return {
      program,
      status: () =>
        sessionStatus({
          ...this.#options,
          resources: this.#resources,
          restarts: this.#restarts,
          states: this.#states,
        }),
      people: this.#people,
      oneOffs: this.#resources.oneOffs,
      plan: (workspace, adds) => this.#asked.plan(workspace, adds),
      converge: (workspace, reading, asking) => this.#asked.converge(workspace, reading, asking),
      restart: (names) =>
        restartServices(names, {
          runner: this.#options.engine,
          project: identity.project,
          services: this.#resources.workspace.services,
          restarting: this.#restarting,
          stopped: this.#resources.stopped,
          start: (halted) => startServices(halted, this.#stopOptions()),
          adjust: () => this.#passes.adjust(),
          signal: this.#ending.signal,
          report: (event) => this.#report(event),
          aside: (service, withinMs, work) =>
            this.#resources.aside(service, withinMs, this.#ending.signal, work),
        }),
      stop: (names) => stopServices(names, this.#stopOptions()),
      start: (names) => startServices(names, this.#stopOptions()),
      ready: this.#ready.promise,
      ended: this.#ended.promise,
      end: (drainMs) => {
        if (drainMs !== undefined) this.#resources.drainWithin(drainMs);
        this.#askedToEnd.resolve(undefined);
      },
      rest: (bridge, onRequest) => this.#resources.rest(bridge, onRequest),
    };
  }

  #stopOptions(): StopOptions {
    const { workspace, stopped } = this.#resources;
    const report: Reporter = (event) => this.#report(event);
    const { engine: runner } = this.#options;
    return { runner, workspace, stopped, passes: this.#passes, report, ready: this.#ready.promise };
  }

  #report(event: Event): void {
    if (event.type === 'state')
      this.#states.set(event.resource, {
        state: event.state,
        reason: event.reason ?? '',
        ...(event.count === undefined ? {} : { count: event.count }),
      });
    this.#options.report(event);
    for (const asker of this.#askers) asker.tell(event);
  }
}

/** A pass that was cut short because somebody wants the end has not failed. */
function isCancellation(failure: unknown): boolean {
  return failure instanceof DevenvError && failure.code === 'cancelled';
}
