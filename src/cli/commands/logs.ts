import type { Engine, LogLine } from '../../engine/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { exitCodeOfSignal } from '../exit-codes.ts';
import { CONFIG_INVALID } from '../load.ts';
import { parseMoment } from '../moment.ts';
import { projectOf } from '../project.ts';
import { styleOf } from '../render/style.ts';
import { type ServiceContainer, serviceContainers } from '../service-containers.ts';
import { openEngine } from '../wiring.ts';

/** What `devenv logs` takes. */
export interface LogsFlags {
  readonly follow?: boolean;
  /** How many of the last lines of each service; absent = all. */
  readonly tail?: number;
  /** A moment, or how long before now. */
  readonly since?: string;
}

/** `devenv logs`: what services wrote, merged by time; a service's stdout to stdout, its stderr to stderr. */
export async function logs(
  context: CliContext,
  flags: GlobalFlags,
  services: readonly string[],
  { follow = false, tail, since }: LogsFlags,
): Promise<number> {
  const from = since === undefined ? undefined : parseMoment(since, Date.now());
  const project = await projectOf(context, flags);
  if (project === undefined) return CONFIG_INVALID;
  const engine = await openEngine(context);
  const found = await serviceContainers(engine, project, services);
  const write = writer(context, flags, found);
  const options = { follow, tail, since: from };
  if (follow) {
    await Promise.all(
      found.map(async ({ service, container }) => {
        for await (const line of engine.containerLogs(container.id, options, context.ending))
          write(service, line);
      }),
    );
    return context.ending.aborted ? exitCodeOfSignal(context.ending) : 0;
  }
  for (const { service, line } of await merged(engine, found, options)) write(service, line);
  return 0;
}

async function merged(
  engine: Engine,
  found: readonly ServiceContainer[],
  options: Parameters<Engine['containerLogs']>[1],
): Promise<readonly { readonly service: string; readonly line: LogLine }[]> {
  const perService = found.map(async ({ service, container }) => {
    const lines = [];
    for await (const line of engine.containerLogs(container.id, options)) lines.push({ service, line });
    return lines;
  });
  return (await Promise.all(perService)).flat().sort((one, other) => one.line.at - other.line.at);
}

/** Each service keeps its colour; names are padded, so that lines stand under each other. */
function writer(
  context: CliContext,
  flags: GlobalFlags,
  found: readonly ServiceContainer[],
): (service: string, line: LogLine) => void {
  const style = styleOf(usesColor(context, flags));
  const colors = [style.cyan, style.yellow, style.green, style.red];
  const names = found.map(({ service }) => service);
  const width = Math.max(0, ...names.map((name) => name.length));
  return (service, { stream, line }) => {
    const color = colors[names.indexOf(service) % colors.length] ?? style.cyan;
    const text = `${color(service.padEnd(width))} ${style.dim('|')} ${line}\n`;
    (stream === 'stderr' ? context.err : context.out)(text);
  };
}
