import { expect, it } from 'vitest';
import { applyBridge } from '../../../src/bridges/apply.ts';
import { LiveBridges } from '../../../src/bridges/live-bridges.ts';
import type { AgentListener, BridgeAgent, BridgeRoutes } from '../../../src/bridges/ports.ts';
import { FOR_NOBODY, YIELDS } from '../../../src/bridges/take-over.ts';
import { messageOf } from '../../../src/common/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import { serving } from '../../builders/service-side.ts';
import { WHOLE_PORTS } from '../../builders/workspace.ts';

const bridge = {
  name: 'api:80',
  service: 'api',
  target: 'pod/x',
  port: 80,
  local: 8080,
  traffic: WHOLE_PORTS,
};
const by = { user: 'ann@desk', project: 'shop', since: 0 };
const holder = { port: 80, session: 'a1', owner: by };
const asked = { type: 'asked', question: 3, port: 80, tunnel: 'api', by, session: 'a1', now: true } as const;
const { signal } = new AbortController();

/** Bridges of a session that lets go of everything, at agents that write down what they are asked. */
function bridgesAt(...places: readonly string[]) {
  const log: string[] = [];
  const told: Event[] = [];
  const listeners = new Set<AgentListener>();
  const answers: AgentEvent[] = [];
  const agentAt = (place: string): BridgeAgent => {
    const request: BridgeAgent['request'] = async ({ type }) => {
      log.push(`${place} ${type}`);
      if (type === 'held') return { type: 'held', id: 1, claims: [] };
      return (type === 'claim' || type === 'ask' ? answers.shift() : undefined) ?? { type: 'done', id: 1 };
    };
    return { place, placeId: place, probeUserAgents: () => [], isSilent: false, request, giveBack: request };
  };
  const agents = places.map(agentAt);
  const routes: BridgeRoutes = {
    followAgents: (_, listener) => {
      listeners.add(listener);
      for (const agent of agents) listener.up(agent);
      return () => void listeners.delete(listener);
    },
    followSide: (_service, _port, listener) => {
      listener(serving);
      return () => {};
    },
  };
  const holding = { ...FOR_NOBODY, decide: async () => YIELDS };
  const bridges = new LiveBridges((event) => told.push(event), holding);
  const hear = (event: AgentEvent, from = agents[0]) => {
    for (const listener of listeners) if (from !== undefined) listener.said(from, event);
  };
  const up = (place: string) => {
    for (const listener of listeners) listener.up(agentAt(place));
  };
  const took = () => log.splice(0).join(', ');
  return { bridges, routes, agents, hear, up, told, answers, took };
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

it('a new claim rests: nobody waits for another answer before it is open', async () => {
  const at = bridgesAt('one');
  const silent = new Promise<AgentEvent>(() => {});
  const [agent] = at.agents;
  if (agent === undefined) throw new Error('there is no agent');
  const request: BridgeAgent['request'] = (asked) => (asked.type === 'rest' ? silent : agent.request(asked));
  const routes: BridgeRoutes = {
    followAgents: (_, listener) => {
      listener.up({ ...agent, request });
      return () => {};
    },
    followSide: (_service, _port, listener) => {
      listener({ ...serving, listens: false });
      return () => {};
    },
  };
  await at.bridges.open(bridge, routes, signal);
  expect(at.took()).toBe('one claim');
});

async function givenUp() {
  const at = bridgesAt('one', 'two');
  await at.bridges.open(bridge, at.routes, signal);
  await moment();
  at.took();
  at.hear(asked);
  await moment();
  return at;
}

it('what is let go of is given back everywhere before that is answered, and claimed nowhere again', async () => {
  const { bridges, up, took, told } = await givenUp();
  expect(took()).toBe('one release, two release, one answer');
  expect(told.at(-1)).toMatchObject({ state: 'lost', reason: 'taken over by ann@desk (project shop)' });
  up('three');
  await moment();
  expect(took()).toBe('');
  expect(bridges.givenUp()).toEqual([bridge]);
  await bridges.close(bridge, 0);
  expect(took()).toBe('');
});

it('is claimed when it is opened anew', async () => {
  const { bridges, routes, agents, hear, took, told } = await givenUp();
  took();
  await bridges.open(bridge, routes, signal);
  for (const agent of agents)
    hear({ type: 'intercept', port: 80, tunnel: 'api', live: true, reason: '' }, agent);
  expect(took()).toMatch(/^one claim, two claim/);
  expect(bridges.givenUp()).toEqual([]);
  expect(bridges.list()).toEqual([bridge]);
  expect(told.at(-1)).toMatchObject({ state: 'live' });
});

it.each([
  ['stays given where only its own port changes', { local: 9090 }, ''],
  ['is claimed where it takes other requests', { port: 81 }, 'one claim, two claim'],
])('%s', async (_, change, expected) => {
  const { bridges, routes, took } = await givenUp();
  took();
  const operation = { kind: 'replace-bridge', bridge: { ...bridge, ...change }, replaces: bridge } as const;
  await applyBridge(operation, { bridges, routes, drainMs: 0 }, signal);
  expect(took()).toMatch(new RegExp(`^${expected}`));
  expect(bridges.givenUp()).toHaveLength(expected === '' ? 1 : 0);
});

it('asks whoever has a port before it claims it, where that is wanted', async () => {
  const refused = { type: 'refused', id: 1, reason: 'port 80 is held', holder, tunnel: undefined } as const;
  const { bridges, routes, answers, took } = bridgesAt('one');
  answers.push(refused);
  await bridges.open(bridge, routes, signal, true);
  expect(took()).toMatch(/^one claim, one ask, one claim, one resume$/);
  await bridges.close(bridge, 0);
  took();
  answers.push(refused, { ...refused, reason: 'in use: a debugger is attached' });
  const error = await bridges.open(bridge, routes, signal, true).catch(messageOf);
  expect(error).toMatch(/held by ann@desk .*; in use: a debugger is attached$/);
  expect(took()).not.toContain('resume');
});
