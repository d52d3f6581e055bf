import { expect, it } from 'vitest';
import { preflightBridges, type Wanting } from '../../../src/bridges/preflight.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import { aTarget, WHOLE_PORTS } from '../../builders/workspace.ts';

const owner = { user: 'ann@desk', project: 'shop', since: 17 };
const holder = { port: 80, session: 'a1', owner };
const port = {
  reference: aTarget('container/api'),
  target: 'container/api',
  port: 80,
  traffic: WHOLE_PORTS,
  held: [holder],
};

/** What stands in the way of a session that wants a port. */
async function problems(wanting: Partial<Wanting>): Promise<readonly string[]> {
  const found = await preflightBridges([port], { session: 'b2', givenUp: [], ask: undefined, ...wanting });
  return (found.problems ?? []).map(({ message, hint }) => `${message} | ${hint}`);
}

it('whoever has a port stands in the way, unless this session gave it to them', async () => {
  expect(await problems({})).toEqual([expect.stringMatching(/is held by ann@desk.*--takeover/)]);
  expect(await problems({ session: 'a1' })).toEqual([]);
  const givenUp = { name: 'app:80', service: 'app', local: 8080, ...port };
  expect(await problems({ givenUp: [givenUp] })).toEqual([]);
  expect(await problems({ givenUp: [{ ...givenUp, port: 81 }] })).toHaveLength(1);
});

it('whoever is asked stands in the way where they do not let go at some place', async () => {
  const done: AgentEvent = { type: 'done', id: 1 };
  const refused: AgentEvent = {
    type: 'refused',
    id: 1,
    reason: 'in use: a request 12 s ago',
    holder,
    tunnel: undefined,
  };
  expect(await problems({ ask: async () => [done, done] })).toEqual([]);
  expect(await problems({ ask: async () => [done, refused] })).toEqual([
    expect.stringMatching(/\); in use: a request 12 s ago \| ask ann@desk to run/),
  ]);
});
