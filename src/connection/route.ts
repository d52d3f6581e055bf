import { pause } from '../common/deadline.ts';
import { splice } from '../tunnel/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { GatewayLink } from './gateway-link.ts';

const AGAIN_MS = 300;

/**
 * Carries the bytes of one tunnel between a gateway and an agent: the session is a router, it does not look into it.
 * Opened again when it breaks while both ends are still there; ends when either is gone or `signal` aborts.
 * `opened` is called each time it is there.
 */
export async function keepRoute(
  role: 'inbound' | 'outbound',
  tunnel: string,
  gateway: GatewayLink,
  agent: AgentLink,
  signal: AbortSignal,
  opened: () => void,
): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  void Promise.race([gateway.closed, agent.closed]).then(end);
  signal.addEventListener('abort', end, { once: true });
  while (!ended.signal.aborted && !signal.aborted) {
    try {
      await carry(role, tunnel, gateway, agent, ended.signal, opened);
    } catch {
      // Either end tells by itself why it is gone.
    }
    await pause(AGAIN_MS, ended.signal);
  }
  signal.removeEventListener('abort', end);
}

async function carry(
  role: 'inbound' | 'outbound',
  tunnel: string,
  gateway: GatewayLink,
  agent: AgentLink,
  signal: AbortSignal,
  opened: () => void,
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
  await new Promise<void>((done) => {
    splice(
      { stream: there, abort: () => there.destroy() },
      { stream: here, abort: () => here.destroy() },
      done,
    );
    opened();
  });
  signal.removeEventListener('abort', cut);
}
