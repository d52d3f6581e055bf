import { filterText, marksIn } from '../match/index.ts';
import { bridgeResource } from '../model/observed.ts';
import { targetText } from '../model/workspace.ts';
import type { LiveResources } from './live-resources.ts';
import type { Restarts } from './restarts.ts';
import { serviceStatus } from './service-status.ts';
import type { SessionOptions } from './session.ts';
import type { BridgeStatus, SessionStatus } from './status.ts';

/** What a session is asked for its status. */
export interface StatusSources extends Pick<SessionOptions, 'engine' | 'platform' | 'identity' | 'program'> {
  readonly resources: LiveResources;
  readonly restarts: Restarts;
  /** How bridges are, as was told last, by resource. */
  readonly states: ReadonlyMap<string, Pick<BridgeStatus, 'state' | 'reason' | 'count'>>;
}

/** What a session says of itself. Errors: those of the engine and of the platform. */
export async function sessionStatus(sources: StatusSources): Promise<SessionStatus> {
  const { engine, platform, identity, program, resources, restarts } = sources;
  const services = await Promise.all(
    [...resources.workspace.services.keys()].map((name) =>
      serviceStatus(engine, identity.project, name, { restarts, stopped: resources.stopped.stopped }),
    ),
  );
  return {
    identity,
    program,
    file: resources.workspace.file,
    pid: process.pid,
    platform: (await platform.describe()).title,
    services,
    bridges: bridgeStatuses(sources),
    forwards: resources.forwards().map(({ forward, state }) => ({
      reason: '',
      ...forward,
      target: targetText(forward.target),
      ...state,
    })),
  };
}

function bridgeStatuses({ resources, states }: StatusSources): readonly BridgeStatus[] {
  const resting = resources.restingOnRequest();
  const staying = resources.staying();
  const passedOn = resources.passedOn();
  const takenBy = resources.takenBy();
  const places = resources.places();
  return resources.bridges().map(({ traffic: { filter }, ...bridge }) => {
    const resource = bridgeResource(bridge);
    return {
      ...bridge,
      ...(filter !== undefined && { takes: filterText(filter) }),
      marks: marksIn(filter),
      staying: staying.get(resource) ?? 0,
      passedOn: passedOn.get(resource) ?? 0,
      onRequest: resting.has(resource),
      takenBy: takenBy.get(resource),
      places: places.get(resource) ?? [],
      ...(states.get(resource) ?? { state: 'resting', reason: '' }),
    };
  });
}
