import type { LogLine, Runner } from '../../runner/index.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { exitCodeOfSignal } from '../exit-codes.ts';
import { parseMoment } from '../moment.ts';
import { projectOf } from '../project.ts';
import { logWriter } from '../render/log-writer.ts';
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

/** `devenv logs`: what services wrote, merged by time, all of it to stdout. */
export async function logs(
  context: CliContext,
  flags: GlobalFlags,
  services: readonly string[],
  { follow = false, tail, since }: LogsFlags,
): Promise<number> {
  const from = since === undefined ? undefined : parseMoment(since, Date.now());
  const project = await projectOf(context, flags);
  const runner = await openEngine(context);
  const found = await serviceContainers(runner, project, services);
  const write = logWriter(
    context,
    found.map(({ service }) => service),
    usesColor(context, flags),
  );
  const options = { follow, tail, since: from };
  if (follow) {
    await Promise.all(
      found.map(async ({ service, container }) => {
        for await (const line of runner.unitLogs(container.id, options, context.ending)) write(service, line);
      }),
    );
    return context.ending.aborted ? exitCodeOfSignal(context.ending) : 0;
  }
  for (const { service, line } of await merged(runner, found, options)) write(service, line);
  return 0;
}

async function merged(
  runner: Runner,
  found: readonly ServiceContainer[],
  options: Parameters<Runner['unitLogs']>[1],
): Promise<readonly { readonly service: string; readonly line: LogLine }[]> {
  const perService = found.map(async ({ service, container }) => {
    const lines = [];
    for await (const line of runner.unitLogs(container.id, options)) lines.push({ service, line });
    return lines;
  });
  return (await Promise.all(perService)).flat().sort((one, other) => one.line.at - other.line.at);
}
