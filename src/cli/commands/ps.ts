import { programText } from '../../model/program-identity.ts';
import type { SessionStatus } from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { ownProgram } from '../own-program.ts';
import { projectOf } from '../project.ts';
import { projectStatus } from '../project-status.ts';
import { renderProject } from '../render/status.ts';
import { statusJson } from '../render/status-json.ts';

/** What `devenv ps` takes. */
export interface PsFlags {
  readonly format: 'text' | 'json';
}

/**
 * `devenv ps`: services and bridges as they are now, on stdout; without a session, what one left. Errors:
 * `session-conflict` when its session does not answer, after what the engine tells was shown.
 */
export async function ps(context: CliContext, flags: GlobalFlags, { format }: PsFlags): Promise<number> {
  const project = await projectOf(context, flags);
  const found = await projectStatus(context, project);
  if (found.kind === 'up') tellOtherProgram(context, found.status);
  const { isTTY, columns } = process.stdout;
  const look = {
    color: usesColor(context, flags),
    now: Date.now(),
    columns: isTTY ? columns : undefined,
  };
  context.out(format === 'json' ? statusJson(found) : renderProject(found, look));
  if (found.kind === 'unasked' && found.silence !== undefined) throw found.silence;
  return 0;
}

function tellOtherProgram(context: CliContext, { program }: SessionStatus): void {
  const own = ownProgram(context);
  if (program.build === own.build) return;
  context.err(
    `warning: the session runs ${programText(program)}, this is ${programText(own)}: \`devenv down\`, then \`devenv up\` begin one of this\n`,
  );
}
