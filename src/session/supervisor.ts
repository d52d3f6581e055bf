import { errorFacts } from '../common/errors.ts';
import type { ContainerEvent, ContainerInfo, Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';
import { label } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';
import { describeEnd } from './ended-container.ts';
import type { Restarts } from './restarts.ts';

/** What supervision works with. */
export interface SupervisorOptions {
  readonly engine: Engine;
  /** Id of the session: containers of others are none of its business. */
  readonly session: string;
  readonly report: Reporter;
  readonly restarts: Restarts;
  /** The service of that name as the file describes it now; undefined when its end is no news. */
  readonly service: (name: string) => Service | undefined;
  /** A service's container runs, or runs again. */
  readonly started: (service: string, containerId: string) => void;
  /** A service's health test came to another verdict. */
  readonly health: (service: string, healthy: boolean) => void;
  /** A holder or gateway has ended: what depends on it must be made anew. */
  readonly brokenWay: () => void;
}

/** Follows what happens to the containers of a session, until `signal` aborts. */
export async function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<void> {
  const { engine, session, report } = options;
  for await (const event of engine.watchContainers(signal)) {
    if (signal.aborted) return;
    if (event.labels[label.session] !== session) continue;
    handle(event, options).catch((error) => {
      if (!signal.aborted) report({ type: 'error', error: errorFacts(error) });
    });
  }
}

async function handle(event: ContainerEvent, options: SupervisorOptions): Promise<void> {
  const role = event.labels[label.role];
  const service = event.labels[label.service] ?? '';
  switch (event.kind) {
    case 'removed':
      return;
    case 'started':
      if (role !== 'service') return;
      options.health(service, true);
      return options.started(service, event.id);
    case 'health': {
      const found = await options.engine.findContainer(event.id);
      if (role !== 'service' || found === undefined) return;
      return tellHealth(service, found, options);
    }
    case 'died': {
      // A container that a pass has just removed died too; the pass knows.
      const found = await options.engine.findContainer(event.id);
      if (found === undefined || found.state === 'running' || found.state === 'removing') return;
      if (role === 'service') return serviceDied(service, found, options);
      options.report({ type: 'warning', message: `the ${role} of service ${service} ended; making it anew` });
      options.brokenWay();
    }
  }
}

async function serviceDied(
  name: string,
  container: ContainerInfo,
  options: SupervisorOptions,
): Promise<void> {
  const service = options.service(name);
  if (service === undefined) return;
  const end = await describeEnd(options.engine, container, name);
  if (end === undefined) return;
  options.report(end);
  await options.restarts.ended(service, container);
}

function tellHealth(
  service: string,
  { health, healthOutput }: ContainerInfo,
  options: SupervisorOptions,
): void {
  const healthy = health !== 'unhealthy';
  options.health(service, healthy);
  const reason = healthy || healthOutput === '' ? health : `${health}; its test said: ${healthOutput}`;
  options.report({
    type: 'state',
    resource: `container/${service}`,
    state: 'running',
    ...(reason === undefined ? {} : { reason }),
  });
}
