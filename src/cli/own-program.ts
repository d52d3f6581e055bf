import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { DevenvError } from '../common/errors.ts';
import type { ProgramIdentity } from '../model/program-identity.ts';
import type { CliContext } from './context.ts';
import { version } from './version.ts';

/**
 * Which devenv this process runs: to be asked at its start, before an upgrade or a rebuild puts another one in its
 * place. The program's file names all others by their contents, and so stands for all of them.
 */
export function ownProgram({ program }: Pick<CliContext, 'program'>): ProgramIdentity {
  return { version, build: buildOf(program) ?? 'unknown' };
}

/**
 * Refuses to start this same program once more where it would be another one by now, or none: whoever follows a session
 * must be what the session is. At once, so that nothing comes between the look and the start. `node` runs it.
 * Errors: `program-replaced`.
 */
export function refuseOtherProgram(
  { program }: Pick<CliContext, 'program'>,
  own: ProgramIdentity,
  node = process.execPath,
): void {
  const build = buildOf(program);
  const gone = build === undefined ? program : existsSync(node) ? undefined : node;
  if (build === own.build && gone === undefined) return;
  throw new DevenvError({
    code: 'program-replaced',
    message:
      gone !== undefined
        ? `the program that this session runs is gone: ${gone}`
        : `${program} is another build of devenv by now (${build}) than this session runs (${own.build})`,
    hint: 'it was upgraded, built again or removed; the session goes on as it is, until `devenv down` and `devenv up` begin one of what is there then',
    owner: 'user',
  });
}

function buildOf(program: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(program)).digest('hex').slice(0, 12);
  } catch {
    return undefined;
  }
}
