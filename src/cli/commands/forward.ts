import { randomBytes } from 'node:crypto';
import { DevenvError } from '../../common/errors.ts';
import { parseForward } from '../../config/index.ts';
import { type Forward, usualTarget } from '../../model/forward.ts';
import type { Workspace } from '../../model/workspace.ts';
import { controlSocketPath } from '../../session/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { exitCodeOfSignal } from '../exit-codes.ts';
import { filelessWorkspace } from '../fileless-workspace.ts';
import { likeWorkload } from '../like-workload.ts';
import { CONFIG_INVALID, loadOrExplain } from '../load.ts';
import { loadAhead } from '../load-ahead.ts';
import { confirmUse, forcedEnd, openAll, ownSession } from '../own-session.ts';
import { shown } from '../render/reporter.ts';
import { newIdentity, runtimeDirectory } from '../wiring.ts';
import { wrongUse } from '../wrong-use.ts';

/** What `devenv forward` takes. */
export interface ForwardFlags {
  /** The workload in whose network it leads; absent = that of the file's services, else the namespace. */
  readonly like?: string;
}

/** Name of the project that forwards belong to where there is no file. */
const FILELESS = 'forward';

/**
 * `devenv forward HOST:PORT…`: ports of this machine lead to what a workload's network reaches, until a signal. What there is
 * besides in the file stays as it is. Errors: those of `up`; `usage` for what is no forward.
 */
export async function forward(
  context: CliContext,
  flags: GlobalFlags,
  texts: readonly string[],
  { like }: ForwardFlags,
): Promise<number> {
  const given = forwardsIn(texts);
  const around =
    like === undefined ? await nearest(context, flags) : await likeWorkload(context, flags, like);
  if (around === undefined) return CONFIG_INVALID;
  const services = [...around.services.values()];
  const target = usualTarget(services, around.connection.platform);
  if (target === undefined) throw nowhere(around);
  const workspace: Workspace = {
    ...around,
    name: `${like === undefined ? around.name : FILELESS}-forward-${randomBytes(3).toString('hex')}`,
    services: new Map(),
    forwards: given.map((one) => ({ ...one, target })),
    volumes: [],
  };
  const [opened] = await Promise.all([openAll(context, workspace), loadAhead()]);
  await confirmUse(context, flags, workspace, opened, { there: 'Open a way there?' });
  const outcome = await shown(context, flags, 'Ctrl-C gives everything back', async (report) => {
    const session = ownSession(context, workspace, opened, {
      identity: newIdentity(workspace.name),
      report,
      socketPath: controlSocketPath(runtimeDirectory(context), workspace.name),
    });
    return Promise.race([session.run(context.ending), forcedEnd(context)]);
  });
  if (outcome === 'forced') context.err('forced: what is left is removed in the background\n');
  return context.ending.aborted ? exitCodeOfSignal(context.ending) : 0;
}

/** The file that the flags point at; where there is none, and none was named, what a file would say that has nothing in it. */
async function nearest(context: CliContext, flags: GlobalFlags): Promise<Workspace | undefined> {
  try {
    return await loadOrExplain(context, flags);
  } catch (error) {
    const isMissing = error instanceof DevenvError && error.code === 'config-not-found';
    if (!isMissing || flags.file !== undefined) throw error;
    const content = { connection: { platform: 'kubernetes' }, services: { [FILELESS]: { image: 'none' } } };
    return filelessWorkspace(context, flags, content, FILELESS);
  }
}

function forwardsIn(texts: readonly string[]): readonly Omit<Forward, 'target'>[] {
  const found = new Map<number, Omit<Forward, 'target'>>();
  for (const text of texts) {
    const parsed = parseForward(text);
    if ('message' in parsed)
      throw wrongUse(parsed.message, parsed.hint ?? 'write HOST:PORT, or LOCAL:HOST:PORT');
    const { local, host, port } = parsed;
    if (found.has(local))
      throw wrongUse(
        `two forwards want port ${local} of this machine`,
        `give one another: ${local + 1}:${host}:${port}`,
      );
    found.set(local, parsed);
  }
  return [...found.values()];
}

function nowhere({ file }: Workspace): DevenvError {
  return wrongUse(
    `no service of ${file} uses the network of a workload into which this could lead`,
    'name one with --like, such as --like container/NAME',
  );
}
