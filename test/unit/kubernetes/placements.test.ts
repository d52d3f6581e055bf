import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { refuseTooManyAgents } from '../../../src/kubernetes/placements.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);
const ended = (minutes: number): V1ContainerState => ({
  terminated: { exitCode: 137, startedAt: minutesAgo(minutes), finishedAt: minutesAgo(minutes - 1) },
});

function aPod(states: readonly (V1ContainerState | undefined)[], name = 'gefyra-devenv-agent-net-v3'): V1Pod {
  const named = states.map((state, at) => ({ name: `${name}-${at}`, state }));
  return {
    metadata: { name: 'api-1' },
    spec: { containers: [], ephemeralContainers: named.map((one) => ({ name: one.name })) },
    status: {
      ephemeralContainerStatuses: named.flatMap(({ name, state }) =>
        state === undefined ? [] : [{ name, state, image: '', imageID: '', ready: false, restartCount: 0 }],
      ),
    },
  };
}

const times = (count: number, state: V1ContainerState) => Array.from({ length: count }, () => state);

it('a pod in which ten agents ended within an hour gets no other, whoever placed them', () => {
  const refused = () =>
    refuseTooManyAgents(aPod(times(10, ended(50)), 'gefyra-devenv-agent-net-v2'), 'net', NOW);
  expect(refused).toThrow('in pod api-1 10 times within an hour');
  refuseTooManyAgents(aPod(times(9, ended(50))), 'net', NOW);
  const unwanted = { terminated: { ...ended(50).terminated, exitCode: 0 } };
  refuseTooManyAgents(aPod(times(30, unwanted)), 'net', NOW);
  refuseTooManyAgents(aPod([...times(9, ended(50)), ...times(30, ended(70))]), 'net', NOW);
  refuseTooManyAgents(aPod(times(30, ended(50)), 'debugger'), 'net', NOW);
  refuseTooManyAgents({}, 'net', NOW);
});

it('agents whose image is never there count as well, and one that may come does not', () => {
  const stuck: V1ContainerState = { waiting: { reason: 'ImagePullBackOff' } };
  expect(() => refuseTooManyAgents(aPod(times(10, stuck)), 'net', NOW)).toThrow('10 times');
  const coming = [undefined, {}, { running: {} }, { waiting: { reason: 'ContainerCreating' } }];
  for (const state of coming) refuseTooManyAgents(aPod([...times(10, stuck), state]), 'net', NOW);
});

it('agents of one kind say nothing of the other: neither that there are too many nor that there is one', () => {
  const net = aPod(times(10, ended(50)));
  const { spec, status } = net;
  refuseTooManyAgents(net, 'plain', NOW);
  const plain = aPod([{ running: {} }], 'gefyra-devenv-agent-plain-v3');
  const both: V1Pod = {
    metadata: { name: 'api-1' },
    spec: {
      containers: [],
      ephemeralContainers: [...(spec?.ephemeralContainers ?? []), ...(plain.spec?.ephemeralContainers ?? [])],
    },
    status: {
      ephemeralContainerStatuses: [
        ...(status?.ephemeralContainerStatuses ?? []),
        ...(plain.status?.ephemeralContainerStatuses ?? []),
      ],
    },
  };
  expect(() => refuseTooManyAgents(both, 'net', NOW)).toThrow('10 times');
  refuseTooManyAgents(both, 'plain', NOW);
});
