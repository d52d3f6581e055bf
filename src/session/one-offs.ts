import { deferred } from '../common/deferred.ts';
import { DevenvError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import { maskedError, valueMask } from '../common/secrets/known-values.ts';
import { makeUnit } from '../containers/index.ts';
import { variablesOf } from '../converge/index.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import { label, type Role } from '../model/labels.ts';
import { type OneOff, oneOffOf } from '../model/one-off.ts';
import type { Service } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import type { Runner } from '../runner/index.ts';
import type { Asker } from './control-server.ts';
import type { Workings } from './workings.ts';

/** What somebody asks to run beside the services of a session. */
export interface OneOffRequest extends OneOff {
  /** Name of the service whose network, image, files and variables it has. */
  readonly service: string;
  /** Tells it from every other run of this service; lower-case letters and digits. */
  readonly run: string;
}

/** What one-offs are made with. */
export interface OneOffsOptions {
  readonly workings: Workings;
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  readonly services: () => ReadonlyMap<string, Service>;
  readonly file: () => string;
}

/** Name of a one-off's container or program. */
export function oneOffName(
  project: string,
  { service, run }: Pick<OneOffRequest, 'service' | 'run'>,
): string {
  return `${containerName(project, service, 'service')}.run-${run}`;
}

/** Its name in events, e.g. `run/4f0c`. */
export function oneOffResource({ run }: Pick<OneOffRequest, 'run'>): string {
  return `run/${run}`;
}

/**
 * What people run for themselves beside the services of a session. Each lasts as long as whoever asked for it stays, who
 * runs it, and no longer than the session. Passes do not know of them.
 */
export class OneOffs {
  readonly #options: OneOffsOptions;
  readonly #over = deferred();
  readonly #there = new Set<Promise<void>>();
  #leaves = false;

  constructor(options: OneOffsOptions) {
    this.#options = options;
  }

  /**
   * Makes one, tells the asker that it can be run, and removes it when they have left. One that another process of the
   * session has made goes on. Errors: `usage` for a service there is not; those of making it; of the platform.
   */
  async attend(request: OneOffRequest, asker: Asker): Promise<void> {
    const { runner } = this.#options.workings;
    const unit = oneOffName(this.#options.identity.project, request);
    if ((await runner.findUnit(unit)) === undefined) await this.#make(request, unit);
    const there = this.#until(asker, unit);
    this.#there.add(there);
    asker.tell({ type: 'state', resource: oneOffResource(request), state: 'up', reason: '' });
    await there.finally(() => this.#there.delete(there));
  }

  /** Ends all of them. Errors: the runner's. */
  async end(): Promise<void> {
    this.#over.resolve();
    await Promise.all(this.#there);
  }

  /** Leaves them to the next process of the session, which whoever runs one asks again. */
  leave(): void {
    this.#leaves = true;
    this.#over.resolve();
  }

  async #until(asker: Asker, unit: string): Promise<void> {
    await Promise.race([asker.left, this.#over.promise]);
    if (!this.#leaves) await this.#options.workings.runner.removeUnit(unit);
  }

  async #make(request: OneOffRequest, unit: string): Promise<void> {
    const { workings, platform, identity, services, file } = this.#options;
    const found = services().get(request.service);
    if (found === undefined) throw notThere(request.service, [...services().keys()]);
    const service = oneOffOf(found, request);
    const environment = await variablesOf(service, platform);
    try {
      await makeUnit(
        { service, environment },
        { ...workings, file: file() },
        { name: unit, role: 'one-off' },
      );
    } catch (error) {
      const mask = valueMask(environment, [identity.project, service.name, service.image]);
      throw error instanceof DevenvError ? maskedError(error, mask) : error;
    }
  }
}

/** Removes those that a session has left. */
export async function removeOneOffs(runner: Runner, project: string, session: string): Promise<void> {
  const role: Role = 'one-off';
  const of = { [label.project]: project, [label.session]: session, [label.role]: role };
  for (const { id } of await runner.listUnits(of)) await runner.removeUnit(id);
}

function notThere(name: string, known: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'usage',
    message: `there is no service ${name} in the session that runs`,
    hint: didYouMean(...nearest(name, known)) ?? `there is ${known.join(', ')}`,
    owner: 'user',
  });
}
