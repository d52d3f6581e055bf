import { expect, it } from 'vitest';
import { agentEnvironment, readAgentSettings } from '../../../src/programs/index.ts';

it.each([
  { secret: 's', listenOn: 20_001, lingerMs: 1000, intercepts: true, graceMs: 30_000 },
  { secret: 's', listenOn: '/run/agent.sock', lingerMs: 1000, intercepts: false, graceMs: undefined },
])('an agent reads in its variables what it was told: %o', (settings) => {
  expect(readAgentSettings(agentEnvironment(settings))).toEqual(settings);
});
