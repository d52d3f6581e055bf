import fc from 'fast-check';
import { DevenvError } from '../../../src/common/errors.ts';
import type { DuplexRole } from '../../../src/protocol/index.ts';
import type { FakePlatform } from '../../fakes/index.ts';
import { pass } from './flying-clock.ts';
import { type Command, happening, happensAtAll } from './happening.ts';
import { API, WEB } from './project-files.ts';
import type { World } from './world.ts';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

const anyTarget = fc.constantFrom(API, WEB);
const anyMethod = fc.constantFrom(
  'resolveTarget',
  'placeAgent',
  'dialAgent',
  'findAgent',
  'watchTarget',
  'readFiles',
);

/** What happens to targets, and to what is between them and a session. */
export function platformEvents(): fc.Arbitrary<Command>[] {
  return [
    toTarget('restarts', (platform, target) => platform.restart(target)),
    toTarget('goes', (platform, target) => platform.removeTarget(target)),
    happening({
      to: anyTarget,
      name: (target) => `${target} comes`,
      what: (target, { platform }) => {
        if (!platform.has(target)) platform.addTarget(target);
      },
    }),
    happening({
      to: fc.tuple(anyTarget, fc.subarray(['a', 'b', 'api'])),
      name: ([target, places]) => `${target} is scaled to ${places.join() || 'nothing'}`,
      what: ([target, places], { platform }) => {
        if (platform.has(target)) platform.scale(target, ...places);
      },
    }),
    happening({
      to: fc.constantFrom('red', 'green', 'blue'),
      name: (text) => `the files of ${API} change to ${text}`,
      what: (text, { platform }) => {
        const content = Buffer.from(text);
        platform.setFiles(API, [{ path: 'token', content, mode: 0o644, uid: 0, gid: 0, link: undefined }]);
      },
    }),
    toAgent('is killed', ({ platform }, place) => platform.killAgent(place)),
    toAgent('is asked to end', ({ agents }, place) => agents.askToEnd(place)),
    toAgent('is stalled', ({ platform }, place) => platform.stall(place)),
    toAgent('goes on', ({ platform }, place) => platform.flow(place)),
    toAgent('breaks its streams unheard', ({ platform }, place) => platform.breakStreams(place, 'agent')),
    toAgent('loses its callers unheard', ({ platform }, place) => platform.breakStreams(place, 'caller')),
    happening({
      to: fc.tuple(anyTarget, fc.constantFrom<DuplexRole>('control', 'inbound', 'outbound')),
      name: ([target, role]) => `the agents of ${target} lose ${role}`,
      what: ([target, role], { agents, platform }) => {
        for (const { id } of platform.placesOf(target)) agents.cut(id, role);
      },
    }),
    happensAtAll('a dial to an agent breaks', ({ platform }) => platform.breakNextDial()),
    happensAtAll('watches of targets end', ({ platform }) => platform.endWatches()),
    happening({
      to: anyMethod,
      name: (method) => `the next ${method} fails`,
      what: (method, { platform }) => platform.failNext(method, refusal),
    }),
    happening({
      to: fc.nat(5000),
      name: (ms) => `the platform is away for ${ms} ms`,
      what: async (ms, { platform }) => {
        platform.goAway();
        await pass(ms);
        platform.comeBack();
      },
    }),
  ];
}

function toTarget(name: string, what: (platform: FakePlatform, target: string) => void) {
  return happening({
    to: anyTarget,
    name: (target) => `${target} ${name}`,
    what: (target, { platform }) => {
      if (platform.has(target)) what(platform, target);
    },
  });
}

/** To the agent at the first place of a target. */
function toAgent(name: string, what: (world: World, placeId: string) => void) {
  return happening({
    to: anyTarget,
    name: (target) => `the agent of ${target} ${name}`,
    what: (target, world) => {
      const [place] = world.platform.placesOf(target);
      if (place !== undefined) what(world, place.id);
    },
  });
}
