import { onAbort } from '../common/deadline.ts';
import { supervised } from '../common/supervised.ts';
import { pump, TUNNEL_WINDOW } from '../tunnel/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { GatewayLink } from './gateway-link.ts';

/** What may wait unsent on a route, bytes: all connections of a service to an agent go through one. */
const UNSENT_BYTES = 512 * 1024;

/**
 * What may wait for the gateway: more than its tunnel lets an agent send. HTTP/2 in Node does not read while a write of its
 * own is not done. Were both ends of a tunnel to wait so for each other, nothing would go on any more; what an agent says
 * is taken from it in any case.
 */
const ANSWERS_UNSENT_BYTES = 2 * TUNNEL_WINDOW;

/** The two ends that a route joins. */
export interface RouteEnds {
  /** Name of the tunnel: that of the service. */
  readonly tunnel: string;
  readonly gateway: Pick<GatewayLink, 'dial' | 'closed'>;
  readonly agent: Pick<AgentLink, 'dial' | 'closed'>;
}

/**
 * Keeps the bytes of one service's inbound tunnel going between its gateway and an agent, opened again when it breaks.
 * Resolves when either end is gone, or `signal` aborts. Never rejects.
 */
export async function keepInbound(ends: RouteEnds, signal: AbortSignal): Promise<void> {
  const standing = whileBothStand(ends, signal);
  // Each end tells by itself why it is gone.
  await supervised({ live: (stands, life) => carry('inbound', ends, stands, life) }, standing.signal);
  standing.end();
}

/**
 * Carries the bytes of one tunnel between a gateway and an agent, until it breaks, either end is gone, or `signal`
 * aborts: the session is a router, it does not look into it. `opened` is called when it is there. Errors: those of
 * dialling.
 */
export async function carry(
  role: 'inbound' | 'outbound',
  ends: RouteEnds,
  opened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { tunnel, gateway, agent } = ends;
  const standing = whileBothStand(ends, signal);
  try {
    const there = await gateway.dial(role, tunnel, standing.signal);
    const { duplex: here, welcome } = await agent.dial(role, tunnel, standing.signal).catch((error) => {
      there.destroy();
      throw error;
    });
    onAbort(standing.signal, () => {
      there.destroy();
      here.destroy();
    });
    await new Promise<void>((done) => {
      const joined = pump(
        { stream: there, abort: () => there.destroy() },
        { stream: here, abort: () => here.destroy() },
        // What the gateway sends goes out before the agent's welcome has come.
        { slack: UNSENT_BYTES, answerSlack: ANSWERS_UNSENT_BYTES, keep: UNSENT_BYTES },
      );
      joined.whenDone(done);
      welcome.then(
        () => joined.accept(),
        () => there.destroy(),
      );
      opened();
    });
  } finally {
    standing.end();
  }
}

/**
 * A signal that aborts with `signal`, and as soon as either end is gone: a stream of one that went without a word would
 * never break by itself.
 */
function whileBothStand(
  { gateway, agent }: RouteEnds,
  signal: AbortSignal,
): { readonly signal: AbortSignal; end(): void } {
  const gone = new AbortController();
  const end = () => gone.abort();
  void Promise.race([gateway.closed, agent.closed]).then(end);
  return { signal: gone.signal, end: onAbort(signal, end) };
}
