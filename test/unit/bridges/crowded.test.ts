import { expect, it } from 'vitest';
import { OpenBridge } from '../../../src/bridges/live-bridge.ts';
import type { BridgeAgent, BridgeRoutes } from '../../../src/bridges/ports.ts';
import type { Event } from '../../../src/model/event.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import { A_BRIDGED_PORT as bridge } from '../../builders/observed.ts';
import { serving } from '../../builders/service-side.ts';

const done = async (): Promise<AgentEvent> => ({ type: 'done', id: 1 });

function anAgent(placeId: string): BridgeAgent {
  const place = { place: `pod/${placeId}`, placeId, probeUserAgents: () => [], isSilent: false };
  return { ...place, request: done, giveBack: done };
}

it('that an agent has no room for more is told once, and counted over all replicas', async () => {
  const told: Event[] = [];
  const agents = [anAgent('x-1'), anAgent('x-2')];
  let heard = (_agent: BridgeAgent, _event: AgentEvent) => {};
  const routes: Pick<BridgeRoutes, 'followSide' | 'followAgents'> = {
    followSide: (_service, _port, hears) => {
      hears(serving);
      return () => {};
    },
    followAgents: (_target, { up, said }) => {
      heard = said;
      for (const agent of agents) up(agent);
      return () => {};
    },
  };
  const open = new OpenBridge(bridge, (event) => told.push(event));
  await open.open(routes as BridgeRoutes, new AbortController().signal);
  const { port, service: tunnel } = bridge;
  for (const [at, count] of [1, 5, 8].entries()) {
    const agent = agents[at % 2];
    if (agent !== undefined) heard(agent, { type: 'crowded', port, tunnel, count });
  }
  expect(open.passedOn).toBe(8 + 5);
  const warnings = told.filter(({ type }) => type === 'warning');
  expect(warnings).toMatchObject([{ message: expect.stringContaining('go to the original') }]);
  await open.close(0);
});
