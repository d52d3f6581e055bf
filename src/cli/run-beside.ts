import { pause } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import type { Event } from '../model/event.ts';
import { askSession, type OneOffRequest, oneOffName, oneOffResource } from '../session/index.ts';
import type { CliContext } from './context.ts';
import { withOwnStreams } from './own-streams.ts';
import type { Preparing } from './render/preparing.ts';
import { openEngine } from './wiring.ts';

/** Between asking two processes of one session. */
const ASK_AGAIN_MS = 200;

/**
 * Runs a one-off with this process's streams beside the services of a session that another process has, which removes it when
 * this process ends, however. Resolves to the program's exit code, or to undefined when there is no session by now.
 * Errors: those of making it, and of `Runner.runUnit`.
 */
export async function runBeside(
  context: CliContext,
  project: string,
  socketPath: string,
  request: OneOffRequest,
  { over }: Preparing,
): Promise<number | undefined> {
  const left = new AbortController();
  const made = deferred<'made'>();
  const onEvent = (event: Event) => {
    if (event.type === 'state' && event.resource === oneOffResource(request)) made.resolve('made');
  };
  const leaves = AbortSignal.any([left.signal, context.ending]);
  const ask = () => askSession(socketPath, { method: 'one-off', ...request }, onEvent, leaves);
  try {
    const asking = ask();
    // Heard together: it may be refused before the engine is there.
    const [engine, first] = await Promise.all([openEngine(context), Promise.race([made.promise, asking])]);
    if (first !== 'made') {
      context.ending.throwIfAborted();
      return undefined;
    }
    // The session's next process is asked to keep it, too.
    void asking.then(() => keepAsking(ask, leaves)).catch(() => {});
    over();
    const unit = oneOffName(project, request);
    return await withOwnStreams(context, request.tty, (streams) => engine.runUnit(unit, streams)).finally(
      () => engine.removeUnit(unit),
    );
  } finally {
    left.abort();
  }
}

async function keepAsking(ask: () => Promise<unknown>, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await pause(ASK_AGAIN_MS, until);
    await ask();
  }
}
