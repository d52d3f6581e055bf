import type { BridgedPort } from '../model/observed.ts';
import type { AgentRequest } from '../protocol/index.ts';
import type { Unnumbered } from '../wire/index.ts';

/**
 * What is asked of an agent for a bridge. `probes`: user agents of the platform's own probes at the port; without a filter
 * nobody need read anything to give those to the service, too.
 */
export function claimOf(
  { port, service, local, traffic }: BridgedPort,
  probes: readonly string[],
): Unnumbered<Extract<AgentRequest, { type: 'claim' }>> {
  const { filter, passOn, keepsCache, fallback } = traffic;
  const takesProbes = traffic.probes === 'mine';
  const claim = {
    type: 'claim',
    port,
    tunnel: service,
    to: local,
    ...(fallback.kind !== 'original' && { fallback }),
  } as const;
  if (filter === undefined) return { ...claim, probes: takesProbes ? [] : probes };
  return {
    ...claim,
    probes,
    filter,
    ...(takesProbes && { takesProbes }),
    ...(passOn.length > 0 && { passOn }),
    ...(keepsCache && { keepsCache }),
  };
}
