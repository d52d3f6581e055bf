import { bridgeResource } from '../model/observed.ts';
import type { ServiceStatus, SessionStatus } from '../session/index.ts';

/** How far a session is on its way to what its file says. */
export type Readiness =
  | { readonly kind: 'live' }
  /** Not yet: what there is not, and how it is instead, as far as that is known. */
  | { readonly kind: 'missing'; readonly what: readonly string[]; readonly how: readonly string[] }
  /** It will not come to that by itself: these services have ended, and nothing starts them again. */
  | { readonly kind: 'ended'; readonly services: readonly EndedService[] };

/** A service that has ended for good. */
export interface EndedService {
  readonly status: ServiceStatus;
  /** Resources of its bridges. */
  readonly bridges: readonly string[];
}

/**
 * Every bridge must be live, or wait for a debugger, and every service must run, or have ended well where no bridge needs
 * it. One that has ended is given up when its session says that nothing starts it again. `wanted`: the services that matter;
 * absent = all do. Pure.
 */
export function readinessOf(status: SessionStatus, wanted?: ReadonlySet<string>): Readiness {
  const services = status.services.filter(({ name }) => wanted === undefined || wanted.has(name));
  const bridges = status.bridges.filter(({ service }) => wanted === undefined || wanted.has(service));
  const ended = services
    .map((status) => ({
      status,
      bridges: bridges.filter(({ service }) => service === status.name).map(bridgeResource),
    }))
    .filter(
      ({ status, bridges: own }) => status.next === 'nothing' && (own.length > 0 || !endedWell(status)),
    );
  if (ended.length > 0) return { kind: 'ended', services: ended };
  const missingServices = services.filter((service) => service.state !== 'running' && !endedWell(service));
  const missingBridges = bridges.filter(({ state }) => state !== 'live' && state !== 'waiting');
  if (missingServices.length + missingBridges.length === 0) return { kind: 'live' };
  return {
    kind: 'missing',
    what: [
      ...missingServices.map(({ name }) => `running ${name}`),
      ...missingBridges.map((bridge) => `live ${bridgeResource(bridge)}`),
    ],
    how: [
      ...missingServices.map(({ name, state }) => `service/${name} is ${state}`),
      ...missingBridges.map((bridge) => {
        const why = bridge.reason === '' ? '' : `: ${bridge.reason}`;
        return `${bridgeResource(bridge)} is ${bridge.state}${why}`;
      }),
    ],
  };
}

/** A session of another version may not say how. */
function endedWell({ state, lastEnd, next }: ServiceStatus): boolean {
  return state === 'exited' && next !== 'start' && (lastEnd === undefined || lastEnd.exitCode === 0);
}
