import { unlessAborted } from '../common/deadline.ts';
import type { Engine } from '../engine/index.ts';
import type { AgentImage } from '../image/index.ts';
import type { Machine } from '../machine/index.ts';
import { namespacesOf } from '../model/other-namespaces.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import { type Service, usesEngine, type Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { Session, type SessionOptions, startGuardian } from '../session/index.ts';
import { concernsOf, programConcerns } from './consent.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { confirmFirstUse } from './first-use.ts';
import { ownProgram, refuseOtherProgram } from './own-program.ts';
import { imageFor, openEngine, openMachine, openPlatform, spawnSelf } from './wiring.ts';

/** What a session works with. */
export interface Opened {
  readonly engine: Engine;
  readonly machine: Machine;
  readonly platform: Platform;
  readonly image: AgentImage;
}

/** Opens what a session works with; all at once, for each of them takes its time. Errors: theirs; `cancelled`. */
export async function openAll(context: CliContext, workspace: Workspace): Promise<Opened> {
  const machine = openMachine(context);
  const opening = openEngine(context, workspace, machine);
  const all = Promise.all([
    opening,
    openPlatform(context, workspace.connection, opening),
    imageFor(context, workspace),
  ]);
  const [engine, platform, image] = await unlessAborted('the start', context.ending, all);
  return { engine, machine, platform, image };
}

/** What is asked before the first use, and how. */
export interface Unasked {
  /** Services whose programs nobody but the file has named; by default all. */
  readonly fromFile?: Iterable<Service>;
  /** What is asked about a place. */
  readonly there?: string;
}

/** Asks what has to be asked before the first use. Errors: `not-confirmed`, `cancelled`. */
export async function confirmUse(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  { engine, platform }: Pick<Opened, 'engine' | 'platform'>,
  { fromFile = workspace.services.values(), there }: Unasked = {},
): Promise<void> {
  const isUsed = usesEngine(workspace.services.values(), workspace.connection.platform);
  const [here, info] = await Promise.all([isUsed ? engine.describe() : undefined, platform.describe()]);
  const concerns = concernsOf(here, { kind: platform.kind, info }, namespacesOf(workspace));
  const asked = [...concerns, ...programConcerns(fromFile)];
  await confirmFirstUse(context, flags, workspace, asked, there === undefined ? {} : { there });
}

/** What else a session of this process is made with. */
export type OwnSessionOptions = Omit<SessionOptions, keyof Opened | 'program' | 'startGuardian'>;

/** A session of which this process is the one that holds everything, with a guardian in case that it is killed. */
export function ownSession(
  context: CliContext,
  workspace: Workspace,
  opened: Opened,
  options: OwnSessionOptions,
  program: ProgramIdentity = ownProgram(context),
): Session {
  const { identity, socketPath } = options;
  const guarded = { project: workspace.name, session: identity.id, socketPath };
  const session = new Session(workspace, {
    ...opened,
    ...options,
    program,
    startGuardian: async () => {
      refuseOtherProgram(context, program);
      return startGuardian(spawnSelf(context), guarded);
    },
  });
  context.surviveFaults((fault) => session.tellFault(fault));
  return session;
}

/** Resolves to `forced` when somebody asks for the end a second time. */
export function forcedEnd({ forced }: CliContext): Promise<'forced'> {
  return new Promise((resolve) => {
    forced.addEventListener('abort', () => resolve('forced'), { once: true });
  });
}
