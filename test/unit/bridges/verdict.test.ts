import { describe, expect, it } from 'vitest';
import type { PlaceFacts } from '../../../src/bridges/bridged-places.ts';
import { type BridgeFacts, takesRequests, verdictOn } from '../../../src/bridges/verdict.ts';
import { serving } from '../../builders/service-side.ts';

const CLOSED = {
  why: 'no pod of it is ready, so that Service shop sends nothing there',
  remedy: 'kubectl patch',
};

/** Facts of a bridge whose target has a place for each of the claims; `objection` is that of the first which is not live. */
type Facts = Partial<Omit<BridgeFacts, 'places'>> & {
  readonly claims?: readonly PlaceFacts['claim'][];
  readonly objection?: string;
};

function verdict({ claims = ['live'], objection, ...facts }: Facts): string {
  const first = claims.findIndex((claim) => claim !== 'live');
  const { state, reason, count } = verdictOn({
    local: 8155,
    side: serving,
    onRequest: false,
    isAside: false,
    meanwhile: undefined,
    places: claims.map((claim, index) => ({
      name: `pod-${index}`,
      isReady: true,
      claim,
      objection: index === first ? objection : undefined,
    })),
    targetDown: undefined,
    closedWay: undefined,
    probesHelp: false,
    takenBy: undefined,
    ...facts,
  });
  const word = count === undefined ? state : `${state} ${count.live}/${count.of}`;
  return reason === '' ? word : `${word}: ${reason}`;
}

describe('a bridge', () => {
  it.each<[string, string, Facts]>([
    ['is live where the service answers everywhere', 'live', { claims: ['live', 'live'] }],
    ['counts where it is live', 'live 1/2: not at pod-1', { claims: ['live', 'claimed'] }],
    [
      'counts a replica that refuses it, and says why',
      'live 1/2: not at pod-1: port 8155 is held by bob',
      { claims: ['live', 'refused'], objection: 'port 8155 is held by bob' },
    ],
    [
      'counts replicas whose agents are on their way, and names the first',
      'live 1/5: not at pod-0: its agent is on its way, nor at 3 more',
      { claims: ['absent', 'absent', 'live', 'absent', 'absent'] },
    ],
    [
      'says why a replica gets no agent',
      'live 2/3: not at pod-2: the agent in pod pod-2 does not start: ErrImagePull',
      {
        claims: ['live', 'live', 'absent'],
        objection: 'the agent in pod pod-2 does not start: ErrImagePull',
      },
    ],
    [
      'counts a replica whose agent is silent',
      'live 1/2: not at pod-0: its agent does not answer',
      { claims: ['silent', 'live'] },
    ],
    [
      'says why there is no agent at all',
      'lost: no agent is connected (its image cannot be pulled), the original answers',
      { claims: ['absent'], objection: 'its image cannot be pulled' },
    ],
    [
      'believes an agent that sends no requests',
      'lost: the connection to the machine is lost, the original answers',
      { claims: ['claimed'], objection: 'the connection to the machine is lost' },
    ],
    ['is lost without an agent', 'lost: no agent is connected, the original answers', { claims: [] }],
    [
      'says why no agent takes its claim',
      'lost: port 8155 is held by bob',
      { claims: ['refused'], objection: 'port 8155 is held by bob' },
    ],
    [
      'is lost when every agent is silent',
      'lost: the agent does not answer, the original answers',
      { claims: ['silent', 'silent'] },
    ],
    [
      'rests while its gateway is away, whatever was known before',
      'resting: the connection of the service is being made again, the original answers',
      { side: { ...serving, gateway: 'connecting' } },
    ],
    [
      'says that requests wait',
      'resting: nothing listens on 127.0.0.1:8155, requests wait up to 5s',
      { side: { ...serving, listens: false }, meanwhile: { kind: 'wait', ms: 5000 } },
    ],
    [
      'says that requests are refused',
      'resting: the service is started anew, requests are refused',
      { isAside: true, meanwhile: { kind: 'fail' } },
    ],
    [
      'says that its gateway is gone, and requests are refused',
      'lost: the container of its gateway has ended, requests are refused',
      { side: { ...serving, gateway: 'ended' }, meanwhile: { kind: 'fail' } },
    ],
    [
      'is lost while its gateway is not heard, whatever the agent says',
      'lost: the gateway of the service does not answer, the original answers',
      { side: { ...serving, gateway: 'silent' } },
    ],
    [
      'says that the container of its gateway is paused',
      'lost: the container of its gateway is paused, the original answers',
      { side: { ...serving, gateway: 'paused' } },
    ],
    [
      'says that the container of its gateway has ended',
      'lost: the container of its gateway has ended, the original answers',
      { side: { ...serving, gateway: 'ended', listens: false } },
    ],
    [
      'says how the service has ended, and not that nothing listens',
      'resting: the service has ended (exit code 1), the original answers',
      { side: { ...serving, listens: false, ended: 'exit code 1' } },
    ],
    [
      'says that somebody has stopped the service, whatever else is known of it, and its fallback',
      'resting: the service is stopped, the original answers',
      {
        side: { ...serving, listens: false, ended: 'exit code 143', isStopped: true },
        isAside: true,
        meanwhile: { kind: 'fail' },
      },
    ],
    [
      'says that nobody answers where the target does not run',
      'lost: the target is not running, so that nobody answers',
      { claims: [], targetDown: 'the target is not running' },
    ],
    [
      'does not say that an original answers which is not ready',
      'resting: nothing listens on 127.0.0.1:8155, and nobody answers: no replica of the target is ready',
      { side: { ...serving, listens: false }, targetDown: 'no replica of the target is ready' },
    ],
    [
      'is live and says why nobody comes',
      'live: no pod of it is ready, so that Service shop sends nothing there; what makes it: kubectl patch',
      { closedWay: CLOSED, targetDown: 'no replica of the target is ready' },
    ],
    [
      'says how else the target gets ready, where it runs',
      'live 1/2: no pod of it is ready, so that Service shop sends nothing there; what makes it: kubectl patch, or `probes: mine` on the bridge, so that your service answers the probes that make the workload ready',
      { claims: ['live', 'absent'], closedWay: CLOSED, probesHelp: true },
    ],
    [
      'says what is missing here before it says why nobody comes',
      'resting: nothing listens on 127.0.0.1:8155, and nobody answers: no replica of the target is ready',
      {
        side: { ...serving, listens: false },
        closedWay: CLOSED,
        targetDown: 'no replica of the target is ready',
      },
    ],
    ['is live whatever becomes of the original', 'live', { targetDown: 'no replica of the target is ready' }],
    [
      'rests while nothing listens',
      'resting: nothing listens on 127.0.0.1:8155, the original answers',
      { side: { ...serving, listens: false } },
    ],
    [
      'rests while its service is started anew, and does not say that nothing listens',
      'resting: the service is started anew, the original answers',
      { isAside: true, side: { ...serving, listens: false } },
    ],
    [
      'waits for a debugger, where the program does',
      'waiting: for a debugger to attach to 127.0.0.1:5678, the original answers',
      { side: { ...serving, listens: false, awaitedDebugger: 5678 } },
    ],
    [
      'rests while the service is unhealthy',
      'resting: the service is unhealthy, the original answers',
      { side: { ...serving, isHealthy: false } },
    ],
    [
      'says who was given its port, whatever else there is',
      'lost: taken over by ann@desk (project shop)',
      { takenBy: 'ann@desk (project shop)', claims: [], targetDown: 'the target is not running' },
    ],
    [
      'rests until an agent sends requests, which takes its moment',
      'resting: the agent sends no requests here yet, the original answers',
      { claims: ['claimed', 'claiming'] },
    ],
  ])('%s', (_, expected, facts) => {
    expect(verdict(facts)).toBe(expected);
  });

  it('asks for requests only where they would be answered', () => {
    expect(takesRequests(serving)).toBe(true);
    expect(takesRequests({ ...serving, gateway: 'connecting' })).toBe(false);
    expect(takesRequests({ ...serving, gateway: 'silent' })).toBe(false);
    expect(takesRequests({ ...serving, listens: false })).toBe(false);
    expect(takesRequests({ ...serving, isHealthy: false })).toBe(false);
  });
});
