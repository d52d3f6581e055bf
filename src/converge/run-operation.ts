import { applyBridge, type BridgeContext } from '../bridges/index.ts';
import { DevenvError } from '../common/errors.ts';
import { applyConnection, type ConnectionContext } from '../connection/index.ts';
import { applyContainer, type ContainerContext } from '../containers/index.ts';
import { applyFiles, type FilesContext } from '../files/index.ts';
import { applyForward, type ForwardContext } from '../forwards/index.ts';
import { label } from '../model/labels.ts';
import { ownerIn, projectIsUp } from '../model/owner.ts';
import type { Operation } from './operation.ts';

/** What the features' operations work with. */
export type RunContext = ConnectionContext & ContainerContext & FilesContext & BridgeContext & ForwardContext;

/**
 * Does one operation of any feature. Errors: the feature's; `session-conflict` with its owner where another session of
 * the project has made the same at the same time.
 */
export async function runOperation(
  operation: Operation,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    await run(operation, context, signal);
  } catch (error) {
    throw (await otherSession(error, context)) ?? error;
  }
}

/** The error of a name that is taken, if it is taken by another session of the project. */
async function otherSession(error: unknown, { engine, identity }: RunContext): Promise<unknown> {
  if (!(error instanceof DevenvError) || error.code !== 'session-conflict') return undefined;
  const { project, id } = identity;
  const ours = { [label.project]: project };
  // That they cannot be listed is no reason to hide what went wrong first.
  const made = [engine.listUnits(ours), engine.listNetworks(ours)].map((list) => list.catch(() => []));
  const other = (await Promise.all(made)).flat().find(({ labels }) => labels[label.session] !== id);
  return other === undefined ? undefined : projectIsUp(project, ownerIn(other.labels), [error.message]);
}

function run(operation: Operation, context: RunContext, signal: AbortSignal): Promise<void> {
  switch (operation.kind) {
    case 'pull-image':
    case 'build-image':
    case 'create-volume':
    case 'lack-environment':
    case 'await-condition':
    case 'start-container':
    case 'resume-container':
    case 'remove-container':
      return applyContainer(operation, context, signal);
    case 'stop-container':
    case 'replace-container': {
      const { name, stopGraceMs } = operation.service;
      return aside(name, stopGraceMs, context, signal, () => applyContainer(operation, context, signal));
    }
    case 'bring-files':
    case 'replace-files':
    case 'leave-files':
      return applyFiles(operation, context, signal);
    case 'lack-port':
    case 'open-bridge':
    case 'replace-bridge':
    case 'close-bridge':
      return applyBridge(operation, context, signal);
    case 'open-forward':
    case 'replace-forward':
    case 'close-forward':
      return applyForward(operation, context, signal);
    case 'replace-gateway': {
      const { service } = operation.gateway;
      return aside(service, context.drainMs, context, signal, () =>
        applyConnection(operation, context, signal),
      );
    }
    case 'replace-link': {
      const { service } = operation.link;
      return aside(service, context.drainMs, context, signal, () =>
        applyConnection(operation, context, signal),
      );
    }
    default:
      return applyConnection(operation, context, signal);
  }
}

/** Does what would cut requests in flight, after they have ended. `graceMs`: how long the service's end may take. */
function aside(
  service: string,
  graceMs: number,
  { bridges, drainMs, progress }: RunContext,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  return bridges.aside(service, { drainMs: Math.min(drainMs, graceMs), signal, progress }, work);
}
