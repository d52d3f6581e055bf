import { dirname } from 'node:path';
import { watch } from 'chokidar';

/** Editors save in several steps (truncate, write, rename); what is read too early is half a file. Milliseconds. */
const SETTLE_MS = 120;

/**
 * Calls `changed` once after each save of one of the files, however the editor does it, until `signal` aborts.
 * Their folders are watched, so that a file that is replaced or comes into being is noticed too.
 */
export function watchFiles(files: readonly string[], changed: () => void, signal: AbortSignal): void {
  const wanted = new Set(files);
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const watcher = watch(folders, { depth: 0, ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, path) => {
    if (!wanted.has(path)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  });
  watcher.on('error', () => {
    // No watching is worse than watching, and better than no session.
  });
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      void watcher.close();
    },
    { once: true },
  );
}
