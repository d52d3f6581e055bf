import { supervised } from '../common/supervised.ts';
import { pump } from '../tunnel/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { GatewayLink } from './gateway-link.ts';

/** The two ends that a route joins. */
export interface RouteEnds {
  /** Name of the tunnel: that of the service. */
  readonly tunnel: string;
  readonly gateway: GatewayLink;
  readonly agent: AgentLink;
}

/**
 * Keeps the bytes of one service's inbound tunnel going between its gateway and an agent, opened again when it breaks.
 * Resolves when either end is gone, or `signal` aborts. Never rejects.
 */
export async function keepInbound(ends: RouteEnds, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  const end = () => gone.abort();
  void Promise.race([ends.gateway.closed, ends.agent.closed]).then(end);
  signal.addEventListener('abort', end, { once: true });
  // Each end tells by itself why it is gone.
  await supervised({ live: (stands, life) => carry('inbound', ends, stands, life) }, gone.signal);
  signal.removeEventListener('abort', end);
}

/**
 * Carries the bytes of one tunnel between a gateway and an agent, until it breaks or `signal` aborts: the session is a
 * router, it does not look into it. `opened` is called when it is there. Errors: those of dialling.
 */
export async function carry(
  role: 'inbound' | 'outbound',
  { tunnel, gateway, agent }: RouteEnds,
  opened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const there = await gateway.dial(role, tunnel, signal);
  const here = await agent.dial(role, tunnel, signal).catch((error) => {
    there.destroy();
    throw error;
  });
  const cut = () => {
    there.destroy();
    here.destroy();
  };
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  await new Promise<void>((done) => {
    pump(
      { stream: there, abort: () => there.destroy() },
      { stream: here, abort: () => here.destroy() },
    ).whenDone(done);
    opened();
  });
  signal.removeEventListener('abort', cut);
}
