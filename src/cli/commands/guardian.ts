import { cleanUp, forgetKilled, runGuardian } from '../../session/index.ts';
import type { CliContext } from '../context.ts';
import { currentUser, loadForCleanUp, openEngine, openPlatformForCleanUp } from '../wiring.ts';

/** `devenv guardian`, started by a session and by nobody else: cleans up after it when it was killed. */
export async function guardian(context: CliContext): Promise<number> {
  // It is on guard only with all that it needs: devenv may be upgraded or built again before its session ends.
  await loadForCleanUp();
  await runGuardian(process.stdin, process.stdout, async ({ project, session, socketPath }) => {
    const engine = await openEngine(context);
    const platform = await openPlatformForCleanUp(context, engine);
    await cleanUp({ engine, platform, project, session, user: currentUser(), report: () => {} });
    await forgetKilled(socketPath);
  });
  return 0;
}
