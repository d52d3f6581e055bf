import { deferred } from '../../../src/common/deferred.ts';
import { DevenvError } from '../../../src/common/errors.ts';
import type { Machine } from '../../../src/machine/index.ts';
import type { Event, PlannedStep } from '../../../src/model/event.ts';
import type { SessionIdentity } from '../../../src/model/identity.ts';
import type { Workspace } from '../../../src/model/workspace.ts';
import type { OneOffRequest, Reading, SessionStatus, Succession } from '../../../src/session/index.ts';
import {
  askSession,
  cleanUp,
  controlSocketPath,
  oneOffResource,
  Session,
  sentWorkspace,
} from '../../../src/session/index.ts';
import type { SessionOptions } from '../../../src/session/session.ts';
import type { FakeEngine, FakePlatform } from '../../fakes/index.ts';
import { until } from './flying-clock.ts';

const PROGRAM = { version: '1.2.3', build: 'b01d' };

/** What a session is made with. */
export interface LiveSessionOptions {
  readonly engine: FakeEngine;
  readonly platform: FakePlatform;
  /** What makes programs of this machine; absent where the test has none. */
  readonly machine?: Machine;
  /** Image reference of agents and gateways. */
  readonly agentImage: string;
  /** Where control sockets lie. */
  readonly directory: string;
  /** How the session is to be, besides. */
  readonly terms?: Pick<
    SessionOptions,
    'abortOnFailure' | 'startWithinMs' | 'reload' | 'takeover' | 'givenUp'
  >;
}

/** A session that runs, asked as other commands ask it: over its control socket. */
export class LiveSession {
  /** What it has told so far. */
  readonly events: Event[] = [];
  /** Resolves when it has ended, to what it failed with. */
  readonly ended: Promise<DevenvError | undefined>;
  readonly project: string;
  /** What it was last asked to be. */
  workspace: Workspace;
  /** Services that it was asked to stop, by name. */
  readonly stopped = new Set<string>();
  /** The guardian was told that nothing is left to guard. */
  guardianDismissed = false;
  readonly #options: LiveSessionOptions;
  readonly #identity: SessionIdentity;
  readonly #socketPath: string;
  readonly #ending = new AbortController();
  readonly #session: Session;
  #isOver = false;

  /** `succeeds`: the one that it goes on with, with what that leaves to it; absent = it begins. */
  constructor(workspace: Workspace, options: LiveSessionOptions, succeeds?: LiveSession, left?: Succession) {
    const { engine, platform, machine, agentImage, directory } = options;
    this.#options = options;
    this.project = workspace.name;
    this.workspace = workspace;
    this.#socketPath = controlSocketPath(directory, workspace.name);
    for (const name of left?.stopped ?? []) this.stopped.add(name);
    this.#identity = succeeds === undefined ? newIdentity(workspace.name) : succeeds.#identity;
    const dismissed = deferred();
    this.#session = new Session(workspace, {
      engine,
      platform,
      ...(machine === undefined ? {} : { machine }),
      image: { kind: 'given', reference: agentImage },
      identity: this.#identity,
      program: PROGRAM,
      report: (event) => this.events.push(event),
      socketPath: this.#socketPath,
      ...(left === undefined ? {} : { succeeds: left }),
      ...options.terms,
      startGuardian: async () => ({
        dismiss: () => {
          this.guardianDismissed = true;
          dismissed.resolve();
        },
        ended: dismissed.promise,
      }),
    });
    this.ended = this.#session.run(this.#ending.signal).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof DevenvError) return error;
        throw error;
      },
    );
    const over = () => {
      this.#isOver = true;
    };
    this.ended.then(over, over);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its end was asked for. */
  get isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Resolves when the first pass is done, or has failed and everything is taken back. */
  async ready(): Promise<void> {
    // Its control socket takes its time by the sun.
    await until(
      () =>
        this.isOver || this.hasSaid('ready') || this.hasSaid('incomplete') ? undefined : 'it is not ready',
      300_000,
    );
  }

  /** What it says of itself. */
  async status(): Promise<SessionStatus> {
    const answer = await this.#ask({ method: 'status' });
    if ('status' in answer) return answer.status;
    throw new Error('status was answered with something else');
  }

  /** What a pass would do still; `adds`: services that are named. */
  async plan(workspace = this.workspace, adds = false): Promise<readonly PlannedStep[]> {
    const answer = await this.#ask({
      method: 'plan',
      by: PROGRAM,
      workspace: sentWorkspace(workspace),
      adds,
    });
    if ('steps' in answer) return answer.steps;
    throw new Error('plan was answered with something else');
  }

  /** Another file: resolves when the pass is done, to the codes of what failed. Errors: that of looking. */
  async converge(workspace: Workspace, reading?: Reading, takeover = false): Promise<readonly string[]> {
    this.workspace = workspace;
    for (const name of workspace.services.keys()) this.stopped.delete(name);
    const sent = sentWorkspace(workspace);
    const read = reading === undefined ? {} : { reading };
    const answer = await this.#ask({ method: 'converge', by: PROGRAM, workspace: sent, takeover, ...read });
    return missingIn(answer);
  }

  /** `devenv restart`. */
  async restart(...services: readonly string[]): Promise<void> {
    for (const name of this.#meant(services)) this.stopped.delete(name);
    await this.#ask({ method: 'restart', services });
  }

  /** `devenv stop`: resolves to the codes of what stands in the way. */
  async stop(...services: readonly string[]): Promise<readonly string[]> {
    for (const name of this.#meant(services)) this.stopped.add(name);
    return missingIn(await this.#ask({ method: 'stop', services }));
  }

  /** `devenv start`, likewise. */
  async start(...services: readonly string[]): Promise<readonly string[]> {
    for (const name of this.#meant(services)) this.stopped.delete(name);
    return missingIn(await this.#ask({ method: 'start', services }));
  }

  /** Lets the original answer in place of a bridge's service, or no longer. */
  async rest(bridge: string, onRequest: boolean): Promise<void> {
    await this.#ask({ method: 'rest', bridge, onRequest });
  }

  /** Somebody is at a terminal of it, and answers every question so; returns what they were asked. */
  attend(yes: boolean): readonly string[] {
    const asked: string[] = [];
    const hear = (event: Event) => {
      if (event.type !== 'question' || event.text === undefined) return;
      asked.push(event.text);
      void this.#ask({ method: 'answer', question: event.id, yes });
    };
    void askSession(this.#socketPath, { method: 'attend' }, hear).catch(() => {});
    return asked;
  }

  /** Somebody runs something beside a service. Resolves when it is made, to what they do when they leave. Errors: why it is not. */
  async attendOneOff(request: OneOffRequest): Promise<() => void> {
    const left = new AbortController();
    const made = deferred<'made'>();
    const hear = (event: Event) => {
      if (event.type === 'state' && event.resource === oneOffResource(request)) made.resolve('made');
    };
    const asked = askSession(this.#socketPath, { method: 'one-off', ...request }, hear, left.signal);
    await Promise.race([made.promise, asked]);
    asked.catch(() => {});
    return () => left.abort();
  }

  /** Another process goes on, which `start` starts. Resolves when this one is over. */
  async handOver(start: (left: Succession) => Promise<void>): Promise<DevenvError | undefined> {
    this.#session.handOver(start);
    return this.ended;
  }

  /** `devenv down`: resolves when everything is given back. */
  async down(): Promise<void> {
    await askSession(this.#socketPath, { method: 'down' }, () => {});
    await this.ended;
  }

  /** What its guardian does when the process is gone that did not dismiss it. */
  async cleanedUp(): Promise<void> {
    const { engine, platform } = this.#options;
    const { project, id: session, user } = this.#identity;
    await cleanUp({ engine, platform, project, session, user, report: () => {} });
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#ending.abort();
  }

  /** Whether it has told this state of itself. */
  hasSaid(state: string): boolean {
    return this.events.some((event) => event.type === 'session' && event.state === state);
  }

  /** What it has told, a line each; for messages of tests that fail. */
  told(): string {
    const told = this.events.slice(-LAST_EVENTS).map(lineOf);
    return [`${this.events.length} events, the last ${told.length}:`, ...told].join('\n');
  }

  #meant(services: readonly string[]): Iterable<string> {
    return services.length === 0 ? this.workspace.services.keys() : services;
  }

  async #ask(request: Parameters<typeof askSession>[1]) {
    const answer = await askSession(this.#socketPath, request, () => {});
    if (answer === undefined) throw new Error(`no session of ${this.project} answers`);
    return answer;
  }
}

/** The codes of what is missing. */
function missingIn(answer: NonNullable<Awaited<ReturnType<typeof askSession>>>): readonly string[] {
  return 'missing' in answer ? (answer.missing ?? []).map(({ code }) => code) : [];
}

/** Whoever tells more than that says the same again and again. */
const LAST_EVENTS = 60;

let sessions = 0;

function newIdentity(project: string): SessionIdentity {
  sessions += 1;
  return { id: `session-${sessions}`, project, user: 'dev@here', since: Date.now() };
}

function lineOf(event: Event): string {
  switch (event.type) {
    case 'plan':
      return `plan: ${event.steps.map(({ verb, resource, cause }) => `${verb} ${resource} (${cause})`).join(', ')}`;
    case 'error':
      return `error: ${event.error.code}: ${event.error.message} ${event.error.evidence?.join('\n') ?? ''}`;
    default:
      return Object.values(event).join(' ');
  }
}
