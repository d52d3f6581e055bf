import { messageOf } from '../common/errors.ts';
import { supervised } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';
import { label, type Role } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner, UnitEvent, UnitInfo } from '../runner/index.ts';
import { describeEnd, exitWords } from './ended-container.ts';
import type { Restarts } from './restarts.ts';

/**
 * The engine's events are asked for anew after so long, milliseconds: a connection to an engine elsewhere can die
 * without a word, on a laptop that slept for example, and then says nothing for ever.
 */
const RENEW_MS = 60_000;

/** What supervision works with. */
export interface SupervisorOptions {
  readonly runner: Runner;
  /** Id of the session: containers of others are none of its business. */
  readonly session: string;
  readonly report: Reporter;
  readonly restarts: Restarts;
  /** The service of that name as the file describes it now; undefined when its end is no news. */
  readonly service: (name: string) => Service | undefined;
  /** A service's container runs, or runs again. May be called more than once for the same run. */
  readonly started: (service: string, containerId: string) => void;
  /** A service's health test came to another verdict. */
  readonly health: (service: string, healthy: boolean) => void;
  /** A service's program has ended, in such words; undefined when it runs. May be called more than once for the same run. */
  readonly program: (service: string, ended: string | undefined) => void;
  /** A gateway's container has ended, or may be gone: what depends on it must be made anew. */
  readonly brokenWay: () => void;
}

/** Follows what happens to the containers of a session, whatever becomes of the engine, until `signal` aborts. Never rejects. */
export async function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<void> {
  const supervisor = new Supervisor(options);
  const { report } = options;
  await supervised(
    {
      live: (stands, life) => supervisor.watch(stands, life),
      onLost: (why, failures) => {
        if (failures > 1) return;
        const reason = why === undefined ? 'its events broke off' : messageOf(why);
        report({ type: 'state', resource: 'engine', state: 'lost', reason: `${reason}; trying again` });
      },
      onBack: () =>
        report({ type: 'state', resource: 'engine', state: 'up', reason: 'its events are heard again' }),
    },
    signal,
  );
}

class Supervisor {
  readonly #options: SupervisorOptions;
  /** Ends the watch, because what it told could not be handled. */
  #giveUp: (error: unknown) => void = () => {};
  /** When the run began whose end has been handled, by container. */
  readonly #ended = new Map<string, number | undefined>();
  /** When the containers of gateways began to run, as they were first seen. */
  readonly #gateways = new Map<string, number | undefined>();
  /** The containers that were last seen to run, by service: the end of an older one says nothing of the service. */
  readonly #latest = new Map<string, string>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Hears events until the engine stops telling them. Errors: the engine's, also while an event is handled. */
  async watch(stands: () => void, life: AbortSignal): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      const caughtUp = () => {
        // Whatever was removed while nobody listened is not there to be found.
        if (isFirst) this.#options.brokenWay();
        stands();
      };
      if ((await this.#hear(life, caughtUp)) === 'ended') return;
    }
  }

  /** Events for a while, after a look at what happened before. Errors: the engine's. */
  async #hear(life: AbortSignal, caughtUp: () => void): Promise<'ended' | 'to be renewed'> {
    const { runner, session } = this.#options;
    const over = new AbortController();
    const renewal = setTimeout(() => over.abort(), RENEW_MS);
    const failures: unknown[] = [];
    this.#giveUp = (error) => {
      failures.push(error);
      over.abort();
    };
    try {
      // Events count from here on, so that nothing is missed between them and the look.
      const events = runner.watchUnits(AbortSignal.any([life, over.signal]));
      await this.#catchUp();
      caughtUp();
      for await (const event of events) {
        if (event.labels[label.session] === session && isSupervised(event)) this.#own(this.#handle(event));
      }
    } finally {
      clearTimeout(renewal);
    }
    if (failures.length > 0) throw failures[0];
    return over.signal.aborted && !life.aborted ? 'to be renewed' : 'ended';
  }

  /** Finds out what happened while nobody listened. */
  async #catchUp(): Promise<void> {
    const { runner, session } = this.#options;
    const found = (await runner.listUnits({ [label.session]: session })).filter(isSupervised);
    for (const known of [this.#ended, this.#gateways])
      for (const id of known.keys()) if (!found.some((one) => one.id === id)) known.delete(id);
    for (const { id, labels } of found) {
      const container = await runner.findUnit(id);
      if (container === undefined) continue;
      const service = labels[label.service] ?? '';
      if (container.state !== 'running') this.#own(this.#died(container));
      else if (labels[label.role] === 'service') {
        this.#options.health(service, container.health !== 'unhealthy');
        this.#runs(service, id);
        this.#options.started(service, id);
      } else this.#own(this.#gatewayRuns(container));
    }
  }

  async #handle(event: UnitEvent): Promise<void> {
    const { runner, health, started } = this.#options;
    const isService = event.labels[label.role] === 'service';
    if (event.kind === 'removed') {
      // By a pass, or by somebody: the next pass finds out.
      if (!isService) this.#options.brokenWay();
      return;
    }
    const service = event.labels[label.service] ?? '';
    if (event.kind === 'started' && isService) {
      health(service, true);
      this.#runs(service, event.id);
      return started(service, event.id);
    }
    const container = await runner.findUnit(event.id);
    if (container === undefined) return;
    if (!isService && container.state === 'running') return this.#gatewayRuns(container);
    if (event.kind === 'died') return this.#died(container);
    if (isService) this.#tellHealth(service, container);
  }

  #runs(service: string, id: string): void {
    this.#latest.set(service, id);
    this.#options.program(service, undefined);
  }

  /** Each end is handled once, however often it is seen. A container that a pass is removing died too; the pass knows. */
  async #died(container: UnitInfo): Promise<void> {
    const { id, labels, state, startedAt } = container;
    if ((state !== 'exited' && state !== 'dead') || startedAt === undefined) return;
    if (this.#ended.has(id) && this.#ended.get(id) === startedAt) return;
    this.#ended.set(id, startedAt);
    const name = labels[label.service] ?? '';
    if (labels[label.role] === 'service') {
      const latest = this.#latest.get(name);
      if (latest === undefined || latest === id) this.#options.program(name, exitWords(container));
      return this.#serviceDied(name, container).catch((error) => {
        this.#ended.delete(id);
        throw error;
      });
    }
    const { report, brokenWay } = this.#options;
    report({ type: 'warning', message: `the connection of service ${name} ended; making it anew` });
    brokenWay();
  }

  /** A gateway's container that somebody has restarted has another network namespace, which nobody has joined. */
  async #gatewayRuns({ id, labels, startedAt }: UnitInfo): Promise<void> {
    if (!this.#gateways.has(id)) this.#gateways.set(id, startedAt);
    if (this.#gateways.get(id) === startedAt) return;
    const { runner, report, brokenWay } = this.#options;
    const name = labels[label.service] ?? '';
    report({ type: 'warning', message: `the connection of service ${name} was restarted; making it anew` });
    await runner.removeUnit(id);
    brokenWay();
  }

  async #serviceDied(name: string, container: UnitInfo): Promise<void> {
    const { runner, report, restarts } = this.#options;
    const service = this.#options.service(name);
    if (service === undefined) return;
    const end = await describeEnd(runner, container, name);
    if (end === undefined) return;
    report(end);
    await restarts.ended(service, container);
  }

  #tellHealth(service: string, { health, healthOutput }: UnitInfo): void {
    const healthy = health !== 'unhealthy';
    this.#options.health(service, healthy);
    const reason = healthy || healthOutput === '' ? health : `${health}; its test said: ${healthOutput}`;
    this.#options.report({
      type: 'state',
      resource: `container/${service}`,
      state: 'running',
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** What nobody waits for. What could not be handled now is found by the look at the beginning of the next watch. */
  #own(work: Promise<void>): void {
    work.catch((error) => this.#giveUp(error));
  }
}

/** What somebody runs for themselves they see the end of. */
function isSupervised({ labels }: Pick<UnitEvent, 'labels'>): boolean {
  return labels[label.role] !== ('one-off' satisfies Role);
}
