import type { GivenUp, HoldingTerms } from '../bridges/index.ts';
import { unlessAborted } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import {
  applyPlan,
  desiredBy,
  lookAhead,
  NOTHING_DESIRED,
  needsText,
  type Operation,
  observe,
  observeFor,
  planPass,
  refuseProblems,
  runOperation,
  type Shortfall,
  type StepFailure,
} from '../converge/index.ts';
import type { Engine } from '../engine/index.ts';
import type { OpenForward } from '../forwards/index.ts';
import type { AgentImage } from '../image/index.ts';
import type { Machine } from '../machine/index.ts';
import type { Reporter } from '../model/event.ts';
import { forwardResource } from '../model/forward.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { type BridgedPort, bridgeResource, type Liveness, type Observed } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { BridgedPlace } from '../model/target-side.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { cleanUp } from './clean-up.ts';
import { findSessions, refuseUnlessGone } from './found-sessions.ts';
import { LastKnown } from './last-known.ts';
import { OneOffs } from './one-offs.ts';
import { refuseOtherPlace } from './other-place.ts';
import { planned } from './planned.ts';
import { StoppedServices } from './stopped-services.ts';
import { type Workings, workingsOf } from './workings.ts';

/** What they are made with. */
export interface LiveResourcesOptions {
  readonly engine: Engine;
  /** What makes programs of this machine, which the engine keeps, too. */
  readonly machine?: Machine;
  readonly platform: Platform;
  readonly image: AgentImage;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
  /** Decides when somebody else wants the port of a bridge. */
  readonly decide: HoldingTerms['decide'];
  /** What the process before this one has given to others; absent = there was none. */
  readonly givenUp?: GivenUp;
}

/** How a pass is to be. */
export interface PassTerms {
  /** What becomes of all else when something fails. */
  readonly onFailure: 'undo' | 'keep';
  /** Services that have ended stay as they are. */
  readonly endedStay: boolean;
  /** What was given to others is wanted again; by default that is left to whoever has it. */
  readonly reclaims?: boolean;
  /** Whoever has a port is asked to let go of it; by default that is refused. */
  readonly takesOver?: boolean;
  /** What may turn out badly is refused; by default it is told. */
  readonly strict?: boolean;
}

/** What came of a pass. */
export interface PassOutcome {
  /** How many steps it had. */
  readonly steps: number;
  readonly failures: readonly StepFailure[];
  /** Some service of the file has its container, or some forward of it is open. */
  readonly stands: boolean;
}

/** All that a session has made and keeps alive, and the passes that bring it to what a file says, one at a time. */
export class LiveResources {
  readonly #options: LiveResourcesOptions;
  readonly #workings: Workings;
  #workspace: Workspace;
  #drainMs: number | undefined;
  readonly #lastKnown: LastKnown;
  /** What people run beside the services. */
  readonly oneOffs: OneOffs;
  /** Services that somebody has stopped. */
  readonly stopped: StoppedServices;
  /** Needs that were found to have nothing in their way. */
  #checked = '';
  /** Nothing of what was found then may turn out badly. */
  #isStrict = false;

  constructor(workspace: Workspace, options: LiveResourcesOptions) {
    this.#options = options;
    this.#workspace = workspace;
    const { decide, givenUp = new Map() } = options;
    const drainMs = () => this.#drainLimit;
    this.#workings = workingsOf({ ...options, holding: { decide, drainMs, givenUp } });
    this.oneOffs = new OneOffs({
      ...options,
      workings: this.#workings,
      services: () => this.#workspace.services,
      file: () => this.#workspace.file,
    });
    this.stopped = new StoppedServices((service, isStopped) =>
      this.#workings.connections.stoppedChanged(service, isStopped),
    );
    this.#lastKnown = new LastKnown((message) => options.report({ type: 'warning', message }));
  }

  /** What they were last brought to, or are being brought to. */
  get workspace(): Workspace {
    return this.#workspace;
  }

  /** Bridges that are open. */
  bridges(): readonly BridgedPort[] {
    return this.#workings.bridges.list();
  }

  /** Forwards that are open, and how they are. */
  forwards(): readonly OpenForward[] {
    return this.#workings.forwards.list();
  }

  /** From now on requests in flight may take so many milliseconds when a bridge closes, whatever the file says. */
  drainWithin(ms: number): void {
    this.#drainMs = ms;
  }

  /** How many callers stay with the original because their connection began before a bridge, by resource. */
  staying(): ReadonlyMap<string, number> {
    return this.#workings.bridges.staying();
  }

  /** How many connections went to the original because an agent carried as many as it may, by resource. */
  passedOn(): ReadonlyMap<string, number> {
    return this.#workings.bridges.passedOn();
  }

  /** How the bridges are wherever their targets run, by resource. */
  places(): ReadonlyMap<string, readonly BridgedPlace[]> {
    return this.#workings.bridges.places();
  }

  /** Who has the ports that this session has given to others, by resource. */
  takenBy(): ReadonlyMap<string, string> {
    return this.#workings.bridges.takenBy();
  }

  /** Resources of the bridges that rest because somebody asked for that. */
  restingOnRequest(): ReadonlySet<string> {
    return this.#workings.bridges.restingOnRequest();
  }

  /** Lets the original answer in place of the service, or no longer. Errors: `usage` when there is no such bridge. */
  rest(name: string, onRequest: boolean): void {
    if (this.#workings.bridges.rest(bridgeResource({ name }), onRequest)) return;
    const known = this.bridges().map((bridge) => bridge.name);
    throw new DevenvError({
      code: 'usage',
      message: `there is no bridge ${name}`,
      hint: didYouMean(...nearest(name, known)) ?? `there is ${known.join(', ') || 'none'}`,
      owner: 'user',
    });
  }

  /** Restarts or the like, which waits for requests in flight: see `LiveBridges.aside`. They have no longer than the file says. */
  aside(service: string, withinMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { bridges, progress } = this.#workings;
    return bridges.aside(service, { drainMs: Math.min(withinMs, this.#drainLimit), signal, progress }, work);
  }

  /** How many connections to a port of a service there are now; undefined when that cannot be found out. */
  connectionsTo(service: string, port: number): Promise<number | undefined> {
    return this.#workings.connections.connectionsTo(service, port);
  }

  /** The health test of a service came to another verdict. */
  healthChanged(service: string, healthy: boolean): void {
    this.#workings.connections.healthChanged(service, healthy);
  }

  /** The program of a service has ended, in such words; undefined when it runs. */
  programChanged(service: string, ended: string | undefined): void {
    this.#workings.connections.programChanged(service, ended);
  }

  /**
   * Removes what a session of this project left that was killed. `ended`: sessions that are known to be gone.
   * Errors: `session-conflict` where another session of the project lives, or may live; those of the engine; `cancelled`.
   */
  async clearLeftovers(ended: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { engine, platform, identity, report } = this.#options;
    const { project, user } = identity;
    const found = await findSessions(engine, project);
    if (found.length === 0) return;
    const questions = found.map((one) => refuseUnlessGone(engine, project, one, ended));
    await unlessAborted('the question to other sessions', signal, Promise.all(questions));
    const message = 'an earlier session of this project was killed; removing what it left';
    report({ type: 'warning', message });
    for (const { session } of found) await cleanUp({ engine, platform, project, session, user, report });
  }

  /** Looks for what stands in the way, once for each state of the file. Errors: all that does; `cancelled`. */
  async check(
    workspace: Workspace,
    signal: AbortSignal,
    { reclaims, takesOver, strict = false }: Pick<PassTerms, 'reclaims' | 'takesOver' | 'strict'>,
  ): Promise<void> {
    const { image, report } = this.#options;
    const text = needsText(workspace, image.reference);
    const givenUp = this.#workings.bridges.givenUp();
    const isKnown = text === this.#checked && (!strict || this.#isStrict);
    if (isKnown && !(reclaims && givenUp.length > 0)) return;
    const ahead = lookAhead(workspace, {
      ...this.#options,
      agentImage: image.reference,
      givenUp: reclaims ? [] : givenUp,
      forwarded: this.forwards().map(({ forward }) => forward),
      // What another process had, whoever holds it may have been given.
      goesOn: this.#checked === '' && (this.#options.givenUp?.size ?? 0) > 0,
      ...(takesOver && { takeover: { signal, waiting: (message) => report({ type: 'warning', message }) } }),
    });
    const findings = await unlessAborted('the look ahead', signal, ahead);
    refuseProblems(findings, (message) => report({ type: 'warning', message }), strict);
    this.#checked = text;
    this.#isStrict = strict;
  }

  /** What a pass would do; `starts`: services that would be started before, if they are stopped. */
  async plan(
    workspace: Workspace,
    { endedStay, reclaims = false }: Pick<PassTerms, 'endedStay' | 'reclaims'>,
    starts: Iterable<string> = [],
  ): Promise<Plan<Operation>> {
    const { engine, platform, image, identity } = this.#options;
    const agentImage = image.reference;
    const live = this.#liveness(reclaims);
    const session = identity.id;
    const observed = await observeFor(workspace, { engine, platform, session, agentImage, live });
    const known = this.#lastKnown.completed(observed);
    const halted = this.stopped.afterStartOf(starts);
    return planPass({ ...desiredBy(workspace, agentImage), endedStay, ...halted }, known);
  }

  /**
   * One pass. What fails leaves all else standing, unless it is `undo`: then the first failure is thrown, after what the
   * pass made is taken back. Errors: those of looking, before anything is touched; `cancelled`.
   */
  async converge(workspace: Workspace, signal: AbortSignal, terms: PassTerms): Promise<PassOutcome> {
    const { title: place, elsewhere, isLocal } = await this.#options.platform.describe();
    const namesIn = (namespace: string) => elsewhere?.(namespace).names ?? [];
    refuseOtherPlace(workspace, this.#workspace, isLocal ? undefined : namesIn);
    await this.check(workspace, signal, terms);
    this.stopped.keepOnly(new Set(workspace.services.keys()));
    const plan = await unlessAborted('the plan', signal, this.plan(workspace, terms));
    this.#tell(plan, place);
    this.#workspace = workspace;
    const { failures, blocked } = await this.#apply(plan, signal, terms.onFailure, {
      takesOver: terms.takesOver ?? false,
    });
    const missing = new Set([...failures.map(({ resource }) => resource), ...blocked]);
    this.stopped.haveStarted(
      [...workspace.services.keys()].filter((name) => !missing.has(`container/${name}`)),
    );
    const wanted = [
      ...[...workspace.services.keys()].map((name) => `container/${name}`),
      ...workspace.forwards.map(forwardResource),
    ];
    const stands = wanted.some((resource) => !missing.has(resource));
    return { steps: plan.steps.length, failures, stands };
  }

  /**
   * Gives back what only this process can, and leaves the containers to the session's next process, which goes on from
   * there. `close` or `giveBack` comes after it. Errors: the first failure, after everything else was done.
   */
  async leave(): Promise<void> {
    this.oneOffs.leave();
    const plan = planPass(NOTHING_DESIRED, { ...NOTHING_FOUND, live: this.#liveness() });
    // Nothing that a user has is given up.
    await this.#apply(plan, new AbortController().signal, 'go-on', { report: () => {} });
  }

  /** Lets go of files and platform. */
  close(): void {
    this.#workings.files.close();
    this.#options.platform.close();
  }

  /** The last pass: nothing is left. Errors: the first failure, after everything else was done. */
  async giveBack(): Promise<void> {
    const { engine, identity } = this.#options;
    // They are in networks that go. What the engine does not remove now is left to whoever cleans up after it.
    await this.oneOffs.end().catch(() => {});
    const live = this.#liveness();
    const { project, id: session } = identity;
    const look = observe({ engine, project, session, images: [], live });
    try {
      // What is live is given back, whatever becomes of what the engine has.
      const observed = await look.catch(() => ({ ...NOTHING_FOUND, live }));
      const plan = planPass(NOTHING_DESIRED, observed);
      this.#tell(plan);
      await this.#apply(plan, new AbortController().signal, 'go-on');
      await look;
    } finally {
      this.close();
    }
  }

  #tell({ steps }: Plan<Operation>, place?: string): void {
    const where = place === undefined ? {} : { place };
    this.#options.report({ type: 'plan', ...where, steps: steps.map(planned) });
  }

  #apply(
    plan: Plan<Operation>,
    signal: AbortSignal,
    onFailure: 'undo' | 'keep' | 'go-on',
    { report = this.#options.report, takesOver = false } = {},
  ): Promise<Shortfall> {
    const { file } = this.#workspace;
    const context = { ...this.#workings, file, drainMs: this.#drainLimit, takesOver };
    const run = (operation: Operation, within: AbortSignal) => runOperation(operation, context, within);
    return applyPlan(plan, { run, report, signal, onFailure });
  }

  get #drainLimit(): number {
    return this.#drainMs ?? this.#workspace.connection.drainMs;
  }

  #liveness(reclaims = false): Liveness {
    const { connections, bridges, forwards, files } = this.#workings;
    const givenUp = reclaims ? bridges.givenUp() : [];
    return {
      targets: connections.targets(),
      links: connections.links(),
      bridges: bridges.list().filter((bridge) => !givenUp.includes(bridge)),
      forwards: forwards.list().map(({ forward }) => forward),
      files: files.list(),
    };
  }
}

/** What is observed where nobody could look. */
const NOTHING_FOUND = {
  gateways: [],
  services: [],
  networks: [],
  volumes: [],
  environments: new Map(),
  unreadEnvironments: new Map(),
  images: new Map(),
  ports: new Map(),
  unfoundPorts: new Map(),
} satisfies Omit<Observed, 'live'>;
