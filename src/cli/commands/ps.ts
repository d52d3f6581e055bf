import { safeLine } from '../../common/terminal-text.ts';
import { observe } from '../../converge/index.ts';
import { NOTHING_LIVE } from '../../model/observed.ts';
import { ownerText, type SessionOwner } from '../../model/owner.ts';
import { programText } from '../../model/program-identity.ts';
import {
  askSession,
  controlSocketPath,
  endedAt,
  findSessions,
  type SessionStatus,
  type Standing,
  serviceStatus,
  standingOf,
} from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { ownProgram } from '../own-program.ts';
import { projectOf } from '../project.ts';
import { renderServices, renderStatus } from '../render/status.ts';
import { openEngine, runtimeDirectory } from '../wiring.ts';

/** `devenv ps`: services and bridges as they are now, on stdout; without a session, what one left. */
export async function ps(context: CliContext, flags: GlobalFlags): Promise<number> {
  const project = await projectOf(context, flags);
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  if (answer !== undefined && 'status' in answer) tellOtherProgram(context, answer.status);
  context.out(
    answer !== undefined && 'status' in answer
      ? renderStatus(answer.status, usesColor(context, flags))
      : await withoutSession(context, flags, project, socketPath),
  );
  return 0;
}

function tellOtherProgram(context: CliContext, { program }: SessionStatus): void {
  const own = ownProgram(context);
  if (program.build === own.build) return;
  context.err(
    `warning: the session runs ${programText(program)}, this is ${programText(own)}: \`devenv down\`, then \`devenv up\` begin one of this\n`,
  );
}

async function withoutSession(
  context: CliContext,
  flags: GlobalFlags,
  project: string,
  socketPath: string,
): Promise<string> {
  const engine = await openEngine(context);
  const left = await observe({ engine, project, images: [], live: NOTHING_LIVE });
  const names = [...left.services, ...left.gateways, ...left.networks].map(({ name }) => name);
  if (names.length === 0) return `project ${safeLine(project)} is not up\n`;
  const services = await Promise.all(
    left.services.map(({ service }) => serviceStatus(engine, project, service)),
  );
  const ended = await endedAt(socketPath);
  const found = await findSessions(engine, project);
  const heads = found.map(async (one) =>
    headOf(project, one, await standingOf(engine, project, one, ended), names),
  );
  return [
    ...(await Promise.all(heads)).map(safeLine),
    renderServices(services, usesColor(context, flags)),
  ].join('\n');
}

function headOf(project: string, owner: SessionOwner, standing: Standing, names: readonly string[]): string {
  switch (standing) {
    case 'gone':
      return `the session of project ${project} is gone; it left ${names.join(', ')}: devenv down removes that`;
    case 'alive':
      return `project ${project} is up, by ${ownerText(owner)}: its bridges are shown there`;
    case 'unclear':
      return `project ${project} may be up, by ${ownerText(owner)}: that session cannot be asked from here`;
  }
}
