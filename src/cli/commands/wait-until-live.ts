import { pause } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import { bridgeResource } from '../../model/observed.ts';
import { askSession, type SessionStatus } from '../../session/index.ts';
import type { CliContext } from '../context.ts';

const LOOK_AGAIN_MS = 100;

/** Waits until every bridge is live, or waits for a debugger, and every service runs, or has ended well. Errors: `deadline-passed`, naming what is missing. */
export async function waitUntilLive(context: CliContext, socketPath: string, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await askSession(socketPath, { method: 'status' }, () => {});
    const missing = answer !== undefined && 'status' in answer ? missingIn(answer.status) : ['the session'];
    if (missing.length === 0 || context.ending.aborted) return;
    if (performance.now() > deadline) {
      throw new DevenvError({
        code: 'deadline-passed',
        message: `after ${seconds} s there is still no ${missing.join(', no ')}`,
        hint: 'see `devenv ps` and `devenv logs`, or wait longer with --timeout',
        owner: 'environment',
      });
    }
    await pause(LOOK_AGAIN_MS, context.ending);
  }
}

function missingIn({ services, bridges }: SessionStatus): readonly string[] {
  return [
    ...services
      .filter(({ state }) => state !== 'running' && state !== 'exited')
      .map(({ name }) => `running ${name}`),
    ...bridges
      .filter(({ state }) => state !== 'live' && state !== 'waiting')
      .map((bridge) => `live ${bridgeResource(bridge)}`),
  ];
}
