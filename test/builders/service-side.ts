import type { ServiceSide } from '../../src/model/service-side.ts';

/** A service that takes requests. */
export const serving: ServiceSide = {
  gateway: 'answers',
  listens: true,
  awaitedDebugger: undefined,
  isHealthy: true,
  ended: undefined,
  isStopped: false,
};
