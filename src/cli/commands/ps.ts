import { observe } from '../../converge/index.ts';
import { NOTHING_LIVE } from '../../model/observed.ts';
import { askSession, controlSocketPath, type SessionStatus } from '../../session/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { CONFIG_INVALID } from '../load.ts';
import { projectOf } from '../project.ts';
import { styleOf } from '../render/style.ts';
import { openEngine, runtimeDirectory } from '../wiring.ts';

/** `devenv ps`: services and bridges as they are now, on stdout. */
export async function ps(context: CliContext, flags: GlobalFlags): Promise<number> {
  const project = await projectOf(context, flags);
  if (project === undefined) return CONFIG_INVALID;
  const socketPath = controlSocketPath(runtimeDirectory(context), project);
  const answer = await askSession(socketPath, { method: 'status' }, () => {});
  if (answer !== undefined && 'status' in answer) {
    context.out(render(answer.status, usesColor(context, flags)));
    return 0;
  }
  const engine = await openEngine(context);
  const left = await observe({ engine, project, images: [], live: NOTHING_LIVE });
  const names = [...left.services, ...left.gateways, ...left.networks].map(({ name }) => name);
  if (names.length === 0) context.out(`project ${project} is not up\n`);
  else
    context.out(
      `the session of project ${project} is gone; it left ${names.join(', ')}: devenv down removes that\n`,
    );
  return 0;
}

function render(status: SessionStatus, color: boolean): string {
  const style = styleOf(color);
  const { identity, pid, file, platform } = status;
  const rows = [
    ...status.services.map(({ name, container, state }) => [`service/${name}`, state, container]),
    ...status.bridges.map(({ service, port, local, target, state, reason }) => [
      `bridge/${service}:${port}`,
      state,
      `${target} port ${port} -> ${service} port ${local}${reason === '' ? '' : ` (${reason})`}`,
    ]),
  ];
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([name = '', state = '', detail = '']) => {
    const paint = state === 'running' || state === 'live' ? style.green : style.yellow;
    return `${name.padEnd(widths[0] ?? 0)}  ${paint(state.padEnd(widths[1] ?? 0))}  ${style.dim(detail)}`;
  });
  const head = `${style.bold(identity.project)} up since ${new Date(identity.since).toISOString()}, pid ${pid}, ${file}, targets on ${platform}`;
  return `${[head, ...lines].join('\n')}\n`;
}
