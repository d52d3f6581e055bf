import type { Reporter } from '../../model/event.ts';
import { askSession } from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import type { Screen } from '../render/reporter.ts';
import { styleOf } from '../render/style.ts';
import { SessionKeys } from '../session-keys.ts';

/** What keys work on. */
export interface KeysOf {
  /** Where the session listens. */
  readonly socketPath: string;
  readonly report: Reporter;
  /** Undefined where nothing is drawn: there are no keys either. */
  readonly screen: Screen | undefined;
  /** Resolves when the first pass is done: before, only `q` does something. */
  readonly ready: Promise<unknown>;
  /** Gives the terminal back, and leaves the session running. */
  detach(): Promise<void>;
}

/** Does something while the terminal has the keys of a session. */
export async function withKeys<T>(
  context: CliContext,
  flags: GlobalFlags,
  { socketPath, report, screen, ready, detach }: KeysOf,
  work: () => Promise<T>,
): Promise<T> {
  if (screen === undefined || context.listenToKeys === undefined) return work();
  // What it tells is heard anyway.
  const ask = (request: Parameters<typeof askSession>[1]) => askSession(socketPath, request, () => {});
  const keys = new SessionKeys(
    {
      status: async () => {
        const answer = await ask({ method: 'status' });
        return answer !== undefined && 'status' in answer ? answer.status : undefined;
      },
      restart: (service) => ask({ method: 'restart', services: [service] }),
      rest: (bridge, onRequest) => ask({ method: 'rest', bridge, onRequest }),
      answer: (question, yes) => ask({ method: 'answer', question, yes }),
      detach,
      quit: context.interrupt,
    },
    { screen, report, style: styleOf(usesColor(context, flags)) },
  );
  screen.offerKeys();
  let isReady = false;
  const leaving = new AbortController();
  const attend = () =>
    askSession(
      socketPath,
      { method: 'attend' },
      (event) => event.type === 'question' && keys.asked(event),
      leaving.signal,
    );
  ready
    .then(() => {
      isReady = true;
      return attend();
    })
    // One of another version asks nobody.
    .catch(() => {});
  const ignore = context.listenToKeys((key) => {
    if (key === 'q' || (isReady && !context.ending.aborted)) void keys.press(key);
  });
  try {
    return await work();
  } finally {
    leaving.abort();
    ignore();
  }
}
