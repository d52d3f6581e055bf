import {
  type AskHolders,
  ownerName,
  preflightBridges,
  untilDecided,
  type WantedPort,
} from '../bridges/index.ts';
import { DevenvError, type ErrorFacts } from '../common/errors.ts';
import { askHolders, heldPorts, preflightPorts } from '../connection/index.ts';
import { preflightContainers, preflightPrograms } from '../containers/index.ts';
import type { Engine } from '../engine/index.ts';
import { preflightForwards } from '../forwards/index.ts';
import type { Machine } from '../machine/index.ts';
import { type Findings, joinedFindings } from '../model/findings.ts';
import type { Forward } from '../model/forward.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { type BridgedPort, trafficOf } from '../model/observed.ts';
import { networksOf, type Service, type TargetRef, targetText, type Workspace } from '../model/workspace.ts';
import type { Place, Platform, PlatformNeeds } from '../platform/index.ts';

/** What a workspace will ask of its platform. Pure. */
export function needsOf(
  { name: project, services, forwards, connection }: Workspace,
  agentImage: string,
): PlatformNeeds {
  const all = [...services.values()];
  const bridges = all.flatMap((service) =>
    service.bridges.flatMap(({ target, ports, probes }) =>
      ports.map(({ container }) => ({ target, port: container, probes })),
    ),
  );
  const bridged = new Set(bridges.map(({ target }) => targetText(target)));
  const networks = all.flatMap((service) => networksOf(service, connection.platform));
  const outbound = [...networks, ...forwards.map(({ target }) => target)].filter(
    (target) => !bridged.has(targetText(target)),
  );
  return {
    project,
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

/** What looking ahead works with. */
export interface Ahead {
  readonly engine: Engine;
  /** What runs programs of this machine. */
  readonly machine?: Machine;
  readonly platform: Platform;
  /** What this session has of the project is its own. */
  readonly identity: SessionIdentity;
  /** Reference of the image of agents and gateways. */
  readonly agentImage: string;
  /** Ports that this session has given to others, and does not want now: whoever has them stands in nobody's way. */
  readonly givenUp?: readonly BridgedPort[];
  /** Forwards that this session has open: their ports are taken by itself. */
  readonly forwarded?: readonly Forward[];
  /** Nobody is looked for who holds ports: a session goes on with what another process of it had. */
  readonly goesOn?: boolean;
  /** Whoever has a port is asked to let go of it. Absent = that stands in the way. */
  readonly takeover?: Takeover;
}

/** How whoever has a port is asked for it. */
export interface Takeover {
  readonly signal: AbortSignal;
  /** Hears of somebody who is asked in their terminal, which takes its time. */
  readonly waiting: (message: string) => void;
}

/**
 * All that looking ahead depends on, as text: what was found of the same text need not be looked for again. Pure.
 */
export function needsText(workspace: Workspace, agentImage: string): string {
  const services = [...workspace.services.values()].map((service) => ({
    ...service,
    environment: service.environment.PATH,
  }));
  return JSON.stringify([needsOf(workspace, agentImage), services, workspace.forwards]);
}

/**
 * Looks for what would stand in the way before anything is touched: at the platform, at the engine, at this machine and
 * at whoever holds ports, all at once. Errors: those of engine and platform that keep it from looking.
 */
export async function lookAhead(workspace: Workspace, ahead: Ahead): Promise<Findings> {
  const { engine, platform, identity, agentImage, givenUp = [], goesOn = false, forwarded = [] } = ahead;
  const services = [...workspace.services.values()];
  const { name: project } = workspace;
  const needs = needsOf(workspace, agentImage);
  const findings = await Promise.all([
    platform.preflight(needs),
    preflightContainers(services, { engine, project }),
    preflightMachine(services, { machine: ahead.machine, project }),
    preflightPorts(services, { runner: engine, project }),
    preflightForwards(workspace.forwards, forwarded),
    goesOn
      ? {}
      : wantedPorts(workspace, ahead).then((wanted) =>
          preflightBridges(wanted, { session: identity.id, givenUp, ask: askingFor(ahead) }),
        ),
  ]);
  return joinedFindings(findings);
}

/** Whether programs of this machine can have what they need. */
async function preflightMachine(
  services: readonly Service[],
  { machine, project }: { readonly machine: Machine | undefined; readonly project: string },
): Promise<Partial<Findings>> {
  const programs = services.filter(({ process }) => process !== undefined);
  if (machine === undefined || programs.length === 0) return {};
  const obstacle = await machine.obstacle();
  if (obstacle !== undefined) return { problems: [obstacle] };
  return { problems: preflightPrograms(programs, { machine, project }) };
}

/** What is wrong with a target, the platform's own preflight says. Errors: all others. */
function nowhere(error: unknown): readonly Place[] {
  const isTold =
    error instanceof DevenvError &&
    ['target-not-found', 'target-unsupported', 'permission-missing'].includes(error.code);
  if (!isTold) throw error;
  return [];
}

function askingFor({ platform, identity, takeover }: Ahead): AskHolders | undefined {
  if (takeover === undefined) return undefined;
  const { signal } = takeover;
  const waiting = (owner: Parameters<typeof ownerName>[0]) =>
    takeover.waiting(`${ownerName(owner)} is asked in their terminal`);
  return async ({ reference, port, traffic: { filter } }) => {
    const { places } = await platform.resolveTarget(reference);
    const answers = places.map((place) => {
      const ask = async () =>
        (await askHolders(platform, place, identity, { port, filter })) ?? ({ type: 'done', id: 0 } as const);
      return untilDecided(ask, { signal, waiting });
    });
    return Promise.all(answers);
  };
}

async function wantedPorts(
  { services }: Workspace,
  { platform, identity }: Ahead,
): Promise<readonly WantedPort[]> {
  const bridges = [...services.values()].flatMap((service) =>
    service.bridges.filter(({ ports }) => ports.length > 0),
  );
  const targets = distinct(bridges.map(({ target }) => target));
  const held = new Map(
    await Promise.all(
      targets.map(async (target) => {
        const places = await platform.resolveTarget(target).then((found) => found.places, nowhere);
        const claims = await Promise.all(places.map((place) => heldPorts(platform, place, identity)));
        return [targetText(target), claims.flat()] as const;
      }),
    ),
  );
  const wanted = bridges.flatMap((bridge) =>
    bridge.ports.map(async ({ container: port }) => ({
      reference: bridge.target,
      target: targetText(bridge.target),
      port: typeof port === 'number' ? port : await platform.portNumber(bridge.target, port).catch(() => 0),
      traffic: trafficOf(bridge),
      held: held.get(targetText(bridge.target)) ?? [],
    })),
  );
  return Promise.all(wanted);
}

/**
 * Goes on only where nothing stands in the way. `warn` gets what may turn out badly; when `strict`, that stands in the way,
 * too. Errors: the problem, or `preflight-failed` with all of them.
 */
export function refuseProblems(
  findings: Pick<Findings, 'problems' | 'warnings'>,
  warn: (message: string) => void,
  strict = false,
): void {
  if (!strict) for (const warning of findings.warnings) warn(warning);
  const problems = [...findings.problems, ...(strict ? findings.warnings.map(refusedWarning) : [])];
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

function refusedWarning(message: string): ErrorFacts {
  const hint = 'without --strict this is a warning, and nothing else';
  return { code: 'preflight-failed', message, hint, owner: 'environment' };
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
