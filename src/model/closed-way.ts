/** Why a platform leads no requests to a target, though an agent waits for them there. */
export interface ClosedWay {
  /** What does not let them through, e.g. `no pod of it is ready, so that Service shop sends nothing there`. */
  readonly why: string;
  /** What lets them through, as a command. */
  readonly remedy: string;
}

/** In words; `probesHelp`: the workload runs and is not ready, so that a service which answers its probes makes it so. */
export function closedWayText({ why, remedy }: ClosedWay, probesHelp: boolean): string {
  const probes = probesHelp
    ? ', or `probes: mine` on the bridge, so that your service answers the probes that make the workload ready'
    : '';
  return `${why}; what makes it: ${remedy}${probes}`;
}
