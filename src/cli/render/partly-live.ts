import { bridgeResource } from '../../model/observed.ts';
import type { BridgeStatus } from '../../session/index.ts';
import { stateWord } from './status-line.ts';

/** Of bridges that are live, those that are not so wherever they should be, or to no avail, with the reason: no pass changes that. */
export function partlyLive(bridges: readonly BridgeStatus[]): readonly string[] {
  return bridges
    .filter(({ state, reason }) => state === 'live' && reason !== '')
    .map((bridge) => `${bridgeResource(bridge)} is ${stateWord(bridge)}: ${bridge.reason}`);
}
