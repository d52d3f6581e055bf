import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { valueMask } from '../common/secrets/known-values.ts';
import { runPostStart } from '../containers/index.ts';
import type { Reporter } from '../model/event.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner, UnitInfo } from '../runner/index.ts';
import { endOf } from './service-status.ts';
import type { ServiceEnd, ServiceStatus } from './status.ts';

/** Pauses before a service is started again, milliseconds: longer each time, until it has run for a while. */
const BACKOFF_MS = [100, 200, 400, 800, 1600, 3200, 6400, 10_000];
const RAN_WELL_MS = 10_000;

/** Starts services again that ended by themselves, as their `restart` says. The engine's own policy is always `no`. */
export class Restarts {
  readonly #runner: Runner;
  readonly #report: Reporter;
  readonly #signal: AbortSignal;
  /** Whether somebody has stopped a service: then it is not started. */
  readonly #isStopped: (service: string) => boolean;
  /** By service: how often in a row its container was started again, until it ran for a while. */
  readonly #attempts = new Map<string, { readonly containerId: string; readonly count: number }>();

  readonly #histories = new Map<string, RunHistory>();

  constructor(
    runner: Runner,
    report: Reporter,
    signal: AbortSignal,
    isStopped: (service: string) => boolean = () => false,
  ) {
    this.#runner = runner;
    this.#report = report;
    this.#signal = signal;
    this.#isStopped = isStopped;
  }

  /** A service's container has ended by itself. Resolves to true when it is started again. */
  async ended(service: Service, container: UnitInfo): Promise<boolean> {
    const earlier = this.#histories.get(service.name);
    const history: RunHistory = {
      containerId: container.id,
      startedAt: container.startedAt,
      lastEnd: endOf(container),
      restarts: earlier?.containerId === container.id ? earlier.restarts : 0,
      next: 'start',
    };
    this.#histories.set(service.name, history);
    const isStarted = await this.#startAgain(service, container);
    if (isStarted) history.restarts += 1;
    else history.next = 'nothing';
    return isStarted;
  }

  /** What is known of how a service's container ran. */
  historyOf(service: string, { id, startedAt }: UnitInfo): ServiceHistory | undefined {
    const history = this.#histories.get(service);
    if (history?.containerId !== id) return undefined;
    const { lastEnd, restarts, next } = history;
    return {
      lastEnd,
      restarts: restarts === 0 ? undefined : restarts,
      // Of a later run nothing is decided yet.
      next: history.startedAt === startedAt ? next : undefined,
    };
  }

  async #startAgain(service: Service, container: UnitInfo): Promise<boolean> {
    const ran = container.startedAt === undefined ? 0 : Date.now() - container.startedAt;
    const last = this.#attempts.get(service.name);
    const first = ran < RAN_WELL_MS && last?.containerId === container.id ? last.count : 0;
    for (let attempt = first; mayRestart(service, container, attempt); attempt += 1) {
      this.#attempts.set(service.name, { containerId: container.id, count: attempt + 1 });
      await pause(BACKOFF_MS[attempt] ?? 10_000, this.#signal);
      // A pass or somebody else may have been faster.
      const now = await this.#runner.findUnit(container.id);
      if (this.#signal.aborted || now === undefined || now.state === 'running') return false;
      if (this.#isStopped(service.name)) return false;
      if (await this.#started(service, container, attempt, attempt === first)) return true;
    }
    return false;
  }

  async #started(
    service: Service,
    { id, environment }: UnitInfo,
    attempt: number,
    isFirst: boolean,
  ): Promise<boolean> {
    const { name, image } = service;
    try {
      await this.#runner.startUnit(id);
      // Somebody has stopped it meanwhile, and may have found nothing that ran.
      if (this.#isStopped(name)) {
        await this.#runner.stopUnit(id, service.stopGraceMs);
        return true;
      }
    } catch (error) {
      const why = valueMask(environment, [name, image])(messageOf(error));
      const message = `service ${name} could not be started again: ${why}; still trying`;
      if (isFirst) this.#report({ type: 'warning', message });
      return false;
    }
    const reason = `started again, attempt ${attempt + 1}`;
    this.#report({ type: 'state', resource: `container/${name}`, state: 'running', reason });
    // Nobody waits for it: the next end is handled meanwhile.
    void this.#runHooks(service, id);
    return true;
  }

  async #runHooks(service: Service, id: string): Promise<void> {
    try {
      await runPostStart(service, id, { runner: this.#runner, report: this.#report }, this.#signal);
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#report({ type: 'warning', message: `${messageOf(error)}; it was started again all the same` });
    }
  }
}

/** How a service ran, as far as a session has seen it. */
export type ServiceHistory = Pick<ServiceStatus, 'lastEnd' | 'restarts' | 'next'>;

/** The run of a container that ended last, and what becomes of it. */
interface RunHistory {
  readonly containerId: string;
  /** When that run began. */
  readonly startedAt: number | undefined;
  readonly lastEnd: ServiceEnd;
  restarts: number;
  next: 'start' | 'nothing';
}

/** What the policy says about a container that has ended, after so many attempts in a row. Pure. */
export function mayRestart({ restart }: Service, { exitCode }: UnitInfo, attempts: number): boolean {
  switch (restart.kind) {
    case 'no':
      return false;
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return exitCode !== 0 && (restart.attempts === undefined || attempts < restart.attempts);
  }
}
