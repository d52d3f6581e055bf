import { DevenvError, errorFacts } from '../common/errors.ts';
import { type Findings, joinedFindings, NO_FINDINGS } from '../model/findings.ts';
import { label } from '../model/labels.ts';
import { type PublishedPort, publishedPorts, type Service } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';

/** What looking ahead works with. */
export interface PortsPreflight {
  readonly runner: Runner;
  /** Project name: what its own containers publish is given up or kept, as the file says. */
  readonly project: string;
}

/** Looks for ports that services want to publish on this machine and that somebody else has. Errors: those of the engine. */
export async function preflightPorts(
  services: readonly Service[],
  { runner, project }: PortsPreflight,
): Promise<Findings> {
  const wanted = services.flatMap((service) =>
    publishedPorts(service).map((port) => ({ service: service.name, port })),
  );
  if (wanted.length === 0) return NO_FINDINGS;
  const own = await publishedBy(runner, { [label.project]: project });
  const looks = wanted.map(async ({ service, port }): Promise<Partial<Findings>> => {
    if (own.some((held) => isSame(held.port, port))) return NO_FINDINGS;
    if ((await runner.isPortFree(port)) !== false) return NO_FINDINGS;
    const others = await publishedBy(runner, {});
    const holder = others.find((held) => isSame(held.port, port))?.container;
    return { problems: [errorFacts(taken(service, port, holder))] };
  });
  return joinedFindings(await Promise.all(looks));
}

async function publishedBy(runner: Runner, labels: Readonly<Record<string, string>>) {
  const listed = await runner.listUnits(labels);
  const found = await Promise.all(listed.map(({ id }) => runner.findUnit(id)));
  return found.flatMap((container) =>
    (container?.publishedPorts ?? []).map((port) => ({ container: container?.name, port })),
  );
}

function isSame(held: PublishedPort, wanted: PublishedPort): boolean {
  return held.published === wanted.published && held.protocol === wanted.protocol;
}

function taken(
  service: string,
  { hostIp, published }: PublishedPort,
  holder: string | undefined,
): DevenvError {
  return new DevenvError({
    code: 'port-taken',
    message: `service ${service}: port ${published} of ${hostIp} on this machine is taken${holder === undefined ? '' : ` by container ${holder}`}`,
    hint:
      holder === undefined
        ? 'end what listens there (docker ps and ss -ltnp show it), or publish another port'
        : `end it: docker stop ${holder}; or publish another port`,
    owner: 'user',
  });
}
