import type { LiveFiles } from './live-files.ts';
import type { FilesOperation } from './operation.ts';

/** What the operations work with. */
export interface FilesContext {
  readonly files: LiveFiles;
}

/** Does one operation. Errors: `files-unreadable`, and those of the platform. */
export async function applyFiles(
  operation: FilesOperation,
  { files }: FilesContext,
  signal: AbortSignal,
): Promise<void> {
  switch (operation.kind) {
    case 'bring-files':
      return files.bring(operation.service, operation.directories, signal);
    case 'replace-files':
      files.leave(operation.service);
      return files.bring(operation.service, operation.directories, signal);
    case 'leave-files':
      return files.leave(operation.service);
  }
}
