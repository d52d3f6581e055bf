import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import { networksOf, type TargetRef, targetText, type Workspace } from '../model/workspace.ts';
import type { Platform, PlatformNeeds } from '../platform/index.ts';

/** What a workspace will ask of its platform. Pure. */
export function needsOf({ services, connection }: Workspace, agentImage: string): PlatformNeeds {
  const all = [...services.values()];
  const bridges = all.flatMap((service) =>
    service.bridges.flatMap(({ target, ports }) =>
      ports.map(({ container }) => ({ target, port: container })),
    ),
  );
  const bridged = new Set(bridges.map(({ target }) => targetText(target)));
  const outbound = all
    .flatMap((service) => networksOf(service, connection.platform))
    .filter((target) => !bridged.has(targetText(target)));
  return {
    bridges,
    outbound: distinct(outbound),
    environments: distinct(all.flatMap(({ envFrom }) => envFrom.map(({ target }) => target))),
    files: all.flatMap(({ volumes }) =>
      volumes.flatMap((mount) =>
        mount.kind === 'workload' ? [{ from: mount.from, source: mount.source }] : [],
      ),
    ),
    agentImage,
  };
}

/**
 * Looks for what would stand in the way before anything is touched. `warn` gets what may turn out badly.
 * Errors: the problem, or `preflight-failed` with all of them.
 */
export async function checkNeeds(
  platform: Platform,
  needs: PlatformNeeds,
  warn: (message: string) => void,
): Promise<void> {
  const { problems, warnings } = await platform.preflight(needs);
  for (const warning of warnings) warn(warning);
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length === 0) throw new DevenvError(first);
  throw new DevenvError({
    // Scripts get the exit code of the first; people get all.
    code: problems.every(({ code }) => code === first.code) ? first.code : 'preflight-failed',
    message: `${problems.length} things stand in the way; nothing was touched`,
    evidence: problems.flatMap(linesOf),
    owner: first.owner,
  });
}

function linesOf({ message, evidence = [], hint }: ErrorFacts, index: number): readonly string[] {
  return [
    `${index + 1}. ${message}`,
    ...evidence.map((line) => `   | ${line}`),
    ...(hint === undefined ? [] : [`   hint: ${hint}`]),
  ];
}

function distinct(targets: readonly TargetRef[]): readonly TargetRef[] {
  return [...new Map(targets.map((target) => [targetText(target), target])).values()];
}
