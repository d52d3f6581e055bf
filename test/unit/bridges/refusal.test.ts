import { expect, it } from 'vitest';
import { OpenBridge } from '../../../src/bridges/live-bridge.ts';
import type { BridgeRoutes } from '../../../src/bridges/ports.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';
import { A_BRIDGED_PORT as bridge } from '../../builders/observed.ts';

const owner = { user: 'ann@desk', project: 'shop', since: 0 };

/** Opens a bridge at an agent that gives one answer to every request. */
function openedAt(answer: AgentEvent): Promise<void> {
  const routes: BridgeRoutes = {
    followAgents: (_, listener) => {
      listener.up({
        place: 'pod/x-1',
        placeId: 'x-1',
        probeUserAgents: () => [],
        isSilent: false,
        request: async () => answer,
        giveBack: async () => undefined,
      });
      return () => {};
    },
    followSide: () => () => {},
  };
  return new OpenBridge(bridge, () => {}).open(routes, new AbortController().signal);
}

const held = {
  type: 'refused',
  id: 1,
  reason: 'port 8080 is held',
  holder: { port: 8080, session: 's', owner },
} as const;

it('a port that another session holds names its owner', async () => {
  await expect(openedAt({ ...held, tunnel: undefined })).rejects.toMatchObject({
    code: 'target-conflict',
    owner: 'user',
    message: 'port 8080 of deployment/x is held by ann@desk (project shop, since 1970-01-01T00:00:00.000Z)',
  });
});

it('a port that another session holds says how it is used, and how to ask for it', async () => {
  const refusedAt = async (quietMs: number) => {
    const holder = { ...held.holder, quietMs };
    return openedAt({ ...held, holder, tunnel: undefined }).catch((error) => error);
  };
  expect(await refusedAt(12_400)).toMatchObject({
    message: expect.stringMatching(/Z\), the last request came 12 s ago$/),
    hint: expect.stringMatching(/^`devenv up --takeover` asks for it; or ask ann@desk to run/),
  });
  expect(await refusedAt(0)).toMatchObject({ message: expect.stringMatching(/, a request is in flight$/) });
});

it('a port that another service of the file has names that service', async () => {
  await expect(openedAt({ ...held, tunnel: 'web' })).rejects.toMatchObject({
    code: 'target-conflict',
    owner: 'user',
    message:
      'port 8080 of deployment/x is bridged by service web of this file already, under another name of the same pod',
    hint: 'remove one of the two bridges from the file',
  });
});
