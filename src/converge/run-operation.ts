import { applyBridge, type BridgeContext } from '../bridges/index.ts';
import { applyConnection, type ConnectionContext } from '../connection/index.ts';
import { applyContainer, type ContainerContext } from '../containers/index.ts';
import { applyFiles, type FilesContext } from '../files/index.ts';
import type { Operation } from './operation.ts';

/** What the features' operations work with. */
export type RunContext = ConnectionContext & ContainerContext & FilesContext & BridgeContext;

/** Does one operation of any feature. Errors: the feature's. */
export function runOperation(operation: Operation, context: RunContext, signal: AbortSignal): Promise<void> {
  switch (operation.kind) {
    case 'pull-image':
    case 'build-image':
    case 'create-volume':
    case 'await-condition':
    case 'start-container':
    case 'replace-container':
    case 'remove-container':
      return applyContainer(operation, context, signal);
    case 'bring-files':
    case 'replace-files':
    case 'leave-files':
      return applyFiles(operation, context, signal);
    case 'open-bridge':
    case 'replace-bridge':
    case 'close-bridge':
      return applyBridge(operation, context, signal);
    default:
      return applyConnection(operation, context, signal);
  }
}
