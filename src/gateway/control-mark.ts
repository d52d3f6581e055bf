import { rmSync, writeFileSync } from 'node:fs';
import { messageOf } from '../common/errors.ts';
import { type ControlState, controlMarkPath } from '../programs/index.ts';

/** Says beside the gateway's socket how it is with its session, from now on: what an earlier run said is void. */
export function controlMark(socketPath: string): (state: ControlState) => void {
  const path = controlMarkPath(socketPath);
  rmSync(path, { force: true });
  return (state) => {
    try {
      writeFileSync(path, state);
    } catch (error) {
      // Whoever asks finds no answer, or an old one that is no worse than none.
      console.error(`the state of the session is not told: ${messageOf(error)}`);
    }
  };
}
