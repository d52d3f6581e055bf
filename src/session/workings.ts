import { FOR_NOBODY, type HoldingTerms, LiveBridges, ownerName } from '../bridges/index.ts';
import { Connections } from '../connection/index.ts';
import type { runOperation } from '../converge/index.ts';
import type { Engine } from '../engine/index.ts';
import { LiveFiles } from '../files/index.ts';
import { LiveForwards } from '../forwards/index.ts';
import type { AgentImage } from '../image/index.ts';
import type { Machine } from '../machine/index.ts';
import type { Reporter } from '../model/event.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { bridgeResource } from '../model/observed.ts';
import type { Platform } from '../platform/index.ts';

/** What they are made of. */
export interface WorkingsOptions {
  readonly engine: Engine;
  /** What makes programs of this machine, which the engine keeps, too; absent where nothing is made. */
  readonly machine?: Machine;
  readonly platform: Platform;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
  /** What agents and gateways run from; absent where nothing is made, but only removed. */
  readonly image?: AgentImage;
  /** How bridges are held; absent where none is. */
  readonly holding?: Pick<HoldingTerms, 'decide' | 'drainMs' | 'givenUp'>;
}

/** What operations work with, but for the file that they come from. */
export type Workings = Omit<Parameters<typeof runOperation>[1], 'file' | 'drainMs'>;

/** What operations work with: the engine, and the live objects of a session, of which nothing lives yet. */
export function workingsOf(options: WorkingsOptions): Workings {
  const { engine, platform, identity, report } = options;
  const image: AgentImage = options.image ?? { kind: 'given', reference: '' };
  const connections = new Connections({
    runner: engine,
    platform,
    identity,
    agentImage: image.reference,
    report,
  });
  const files = new LiveFiles({
    runner: engine,
    project: identity.project,
    read: (from, path) => platform.readFiles(from, path),
    report,
  });
  return {
    engine,
    // An engine keeps all that there is.
    runner: engine,
    ...(options.machine === undefined ? {} : { machine: options.machine }),
    identity,
    image,
    connections,
    bridges: new LiveBridges(report, {
      ...FOR_NOBODY,
      ...options.holding,
      session: identity.id,
      waiting: (bridge, owner) =>
        report({
          type: 'progress',
          resource: bridgeResource(bridge),
          message: `${ownerName(owner)} is asked in their terminal`,
        }),
    }),
    files,
    forwards: new LiveForwards(report),
    filesAlone: (service) => files.filesAlone(service),
    routes: connections,
    progress: (resource, message) => report({ type: 'progress', resource, message }),
    warn: (message) => report({ type: 'warning', message }),
    report,
  };
}
